import { copyPicture, copyText, save } from './clipboard.ts';
import { markdownOf } from './markdown.ts';
import { pngOf, standaloneSvg } from './svg.ts';

/** Puts buttons that copy on all in sight, and on what is unfolded later. */
export function copyButtons(): void {
  openCopyButtons(document);
  addEventListener(
    'toggle',
    (event) => {
      if (event.target instanceof Element) addButtons(event.target, () => true);
    },
    true,
  );
}

/** The same on what was put into the page later. */
export function openCopyButtons(root: ParentNode): void {
  addButtons(root, (element) => element.closest('details:not([open])') === null);
}

function addButtons(root: ParentNode, wanted: (element: Element) => boolean): void {
  for (const command of root.querySelectorAll<HTMLElement>('.command'))
    if (wanted(command)) commandButton(command);
  for (const part of root.querySelectorAll<HTMLElement>('[data-copy]'))
    if (wanted(part)) partButtons(part);
}

function commandButton(command: HTMLElement): void {
  const text = command.querySelector('pre');
  if (text === null || command.querySelector('button') !== null) return;
  command.append(
    button('Copy', 'Selected', () =>
      copyText(text.textContent, () => getSelection()?.selectAllChildren(text)),
    ),
  );
}

/** Copy as Markdown, and the map as a picture; `data-copy` is the name of a file. */
function partButtons(part: HTMLElement): void {
  if (part.querySelector('.copies') !== null) return;
  const name = part.dataset['copy'] ?? 'evenkeel';
  const bar = document.createElement('p');
  bar.className = 'copies';
  const textButton = (word: string, text: () => string, type: string, ending: string) =>
    button(word, 'Saved', () => {
      const made = text();
      return copyText(made, () => save(new Blob([made], { type }), `${name}.${ending}`));
    });
  bar.append(textButton('Copy as Markdown', () => markdownOf(named(part)), 'text/markdown', 'md'));
  const map = part.querySelector<SVGSVGElement>('svg.map.wide');
  if (map !== null)
    bar.append(
      button('Map as PNG', 'Saved', () => copyPicture(pngOf(map), `${name}.png`)),
      textButton('Map as SVG', () => standaloneSvg(map), 'image/svg+xml', 'svg'),
    );
  const table = part.querySelector(':scope > .as-table');
  if (table === null) part.append(bar);
  else table.after(bar);
}

/** A part without a heading is said whole, with the page that it stands on. */
function named(part: HTMLElement): Element {
  return part.querySelector('h3') === null ? (part.closest('.sub') ?? part) : part;
}

/** A button that says for two seconds what it did: copied, or what it did instead. */
function button(word: string, instead: string, act: () => Promise<boolean>): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = word;
  made.addEventListener('click', () => {
    void act()
      .then((copied) => (copied ? 'Copied' : instead))
      .catch(() => 'Not possible here')
      .then((said) => {
        made.textContent = said;
        setTimeout(() => {
          made.textContent = word;
        }, 2_000);
      });
  });
  return made;
}
