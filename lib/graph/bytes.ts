// Sizes of memory and of files as people read them: everywhere in Keras's way.

/** "136.00 B", "1.53 GB"; in powers of 1024. */
export function readableBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
    if (size < 1024) return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(2)} PB`;
}
