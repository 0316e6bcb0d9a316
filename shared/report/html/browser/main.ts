import { addressOf, follow } from './address.ts';
import { copyButtons } from './copy.ts';
import { readData } from './data.ts';
import { startStrip } from './strip.ts';
import { startTable } from './table.ts';

copyButtons();
void start();

/** The page is whole without this: it adds filters, order, pages and links to findings. */
async function start(): Promise<void> {
  const data = await readData();
  if (data === undefined) return;
  const table = startTable(data, (filters) => {
    const address = addressOf(filters);
    history.replaceState(
      null,
      '',
      address === '' ? location.pathname + location.search : `#${address}`,
    );
  });
  document.documentElement.classList.add('js');
  startStrip(data);
  if (table === undefined) return;
  for (const link of document.querySelectorAll<HTMLElement>('a[data-filter]'))
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const wanted = link.dataset['filter'] ?? '';
      if (location.hash.slice(1) === wanted) follow(table, data);
      else location.hash = wanted;
    });
  addEventListener('hashchange', () => follow(table, data));
  follow(table, data);
}
