// Hands files to the viewer.

/** Hands `content` to the viewer as a file called `name`. */
export function save(content, type, name) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // After a minute the download has the content, so its address may end.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
