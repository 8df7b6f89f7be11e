-- Prefect's own database beside the warehouse; run once, when the server is made.
CREATE DATABASE prefect;
