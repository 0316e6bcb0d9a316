/** Puts a button on every command that copies its text. */
export function copyButtons(): void {
  for (const command of document.querySelectorAll<HTMLElement>('.command')) {
    const text = command.querySelector('pre');
    if (text === null) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      void copy(text).then((done) => {
        button.textContent = done ? 'Copied' : 'Selected';
        setTimeout(() => {
          button.textContent = 'Copy';
        }, 2_000);
      });
    });
    command.append(button);
  }
}

/** Copies, or selects the text where the browser does not let a page copy. */
async function copy(text: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(text);
    return false;
  }
}
