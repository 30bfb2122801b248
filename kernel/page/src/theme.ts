// Which theme the system asks for, told to JupyterLab: its web components take their colours from script, not from the stylesheet.

const dark = matchMedia("(prefers-color-scheme: dark)");

export function followTheme(): void {
  const tell = (): void => {
    document.body.dataset["jpThemeLight"] = String(!dark.matches);
    document.body.dataset["jpThemeName"] = dark.matches ? "JupyterLab Dark" : "JupyterLab Light";
  };
  dark.addEventListener("change", tell);
  tell();
}
