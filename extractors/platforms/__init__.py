"""How each publishing system lists and shows documents: one small module each."""

from extractors.platforms.base import Platform
from extractors.platforms.hanweb import Hanweb
from extractors.platforms.hanweb_jpaas import HanwebJpaas

PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in (Hanweb(), HanwebJpaas())}

__all__ = ["PLATFORMS", "Platform"]
