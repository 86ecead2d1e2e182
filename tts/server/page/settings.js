// The controls, the link that holds them, and the theme.

const NAMES = ["input", "voice", "speed", "pitch", "seed"];
const element = (id) => document.getElementById(id);

export function values() {
  const [input, voice, ...numbers] = NAMES.map((name) => element(name).value);
  const [speed, pitch, seed] = numbers.map(Number);
  return { input, voice, speed, pitch, seed };
}

// A link to this page with the text and the settings in its fragment, which browsers send to no server.
export function link(address) {
  const parameters = new URLSearchParams(NAMES.map((name) => [name === "input" ? "text" : name, element(name).value]));
  return `${address.split("#")[0]}#${parameters}`;
}

// Set the controls that a fragment names.
export function restore(fragment, names = NAMES) {
  const parameters = new URLSearchParams(fragment.slice(1));
  for (const name of names) {
    const value = parameters.get(name === "input" ? "text" : name);
    const control = element(name);
    if (value === null || (control.options && ![...control.options].some((option) => option.value === value))) continue;
    control.value = value;
  }
  document.querySelectorAll("input[type=range]").forEach(showValue);
}

function showValue(slider) {
  const value = Number(slider.value);
  slider.previousElementSibling.textContent =
    slider.id === "speed" ? `${value.toFixed(2)} ×` : `${value > 0 ? "+" : ""}${value} st`;
}

// changed: is called when the colours are others.
export function start(changed) {
  document.querySelectorAll("input[type=range]").forEach((slider) => {
    slider.addEventListener("input", () => showValue(slider));
    showValue(slider);
  });
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const chosen = localStorage.getItem("theme");
    const isDark = chosen ? chosen === "dark" : system.matches;
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    element("theme").setAttribute("aria-pressed", isDark);
    changed();
  };
  element("theme").addEventListener("click", () => {
    localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    paint();
  });
  system.addEventListener("change", paint);
  paint();
}
