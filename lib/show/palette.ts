// Colours of series, one after the other; they read on white and on black, as a saved picture doesn't know the page it is on.

export const palette: readonly string[] = [
  "#3b82f6",
  "#ea7317",
  "#16a34a",
  "#e5484d",
  "#8b6cf0",
  "#0d9aa8",
  "#d6409f",
  "#a08300",
];

/** Colours begin anew when there are more series. */
export const paletteColour = (index: number): string => palette[index % palette.length] as string;

/** Text and numbers. */
export const textGray = "#808080";

/** Lines behind the picture. */
export const gridGray = "rgba(128,128,128,0.25)";
