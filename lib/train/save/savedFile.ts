// What saving gives: which file, how large, and what is in it.

export class SavedFile {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Arrays in it. */
  readonly arrays: number;

  constructor(path: string, bytes: number, arrays: number) {
    this.path = path;
    this.bytes = bytes;
    this.arrays = arrays;
  }

  toString(): string {
    return `${this.path}: ${showBytes(this.bytes)}, ${this.arrays} arrays`;
  }
}

function showBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"] as const;
  const unit = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return unit === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`;
}
