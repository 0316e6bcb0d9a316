/** Puts a button that copies on every command in sight, and on those that are unfolded later. */
export function copyButtons(): void {
  const inSight = [...document.querySelectorAll<HTMLElement>('.command')].filter(
    (command) => command.closest('details:not([open])') === null,
  );
  for (const command of inSight) addButton(command);
  addEventListener(
    'toggle',
    (event) => {
      if (!(event.target instanceof Element)) return;
      for (const command of event.target.querySelectorAll<HTMLElement>('.command'))
        addButton(command);
    },
    true,
  );
}

function addButton(command: HTMLElement): void {
  const text = command.querySelector('pre');
  if (text === null || command.querySelector('button') !== null) return;
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
