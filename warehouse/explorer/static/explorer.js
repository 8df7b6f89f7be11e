// Two conveniences; every page works without them.
"use strict";

// Proposals below a field that looks for agencies.
for (const [n, field] of [...document.querySelectorAll("input[data-propose]")].entries()) {
  const list = document.createElement("datalist");
  list.id = `proposals-${n}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (!field.value.trim()) return;
      const answer = await fetch(`${field.dataset.propose}?q=${encodeURIComponent(field.value)}`);
      if (!answer.ok) return;
      const found = await answer.json();
      list.replaceChildren(...found.map(({ name }) => new Option(name, name)));
    }, 150);
  });
}

// A chart as a picture, at twice its size.
for (const button of document.querySelectorAll("button.png")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const svg = button.closest("figure").querySelector("svg");
    const { width, height } = svg.viewBox.baseVal;
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [2 * width, 2 * height];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.download = `${button.dataset.name}.png`;
      link.href = canvas.toDataURL("image/png");
      link.click();
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.outerHTML)}`;
  });
}
