// The key lives in this tab only; the look is remembered on this machine.

const KEY = "shelfgraph.key";
const THEME = "shelfgraph.theme";

export const key = () => sessionStorage.getItem(KEY) ?? "";
export const signIn = (value) => sessionStorage.setItem(KEY, value);
export const signOut = () => sessionStorage.removeItem(KEY);

export const theme = () => localStorage.getItem(THEME) ?? "auto";

/** Applies and remembers `light`, `dark` or `auto`. */
export function setTheme(value) {
  localStorage.setItem(THEME, value);
  applyTheme();
}

export function applyTheme() {
  const value = theme();
  if (value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

export const isDark = () =>
  theme() === "dark" || (theme() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
