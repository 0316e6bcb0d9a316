/** Copies a text; where the browser does not let a page copy, selects it or saves it as a file. */
export async function copyText(text: string, otherwise: () => void): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    otherwise();
    return false;
  }
}

/** The same for a picture. Safari wants the item at once and the picture when it is there. */
export async function copyPicture(picture: Promise<Blob>, name: string): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    return true;
  } catch {
    save(await picture, name);
    return false;
  }
}

/** Saves something as a file of this name. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
