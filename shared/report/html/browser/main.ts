import { addressOf, follow, type AddressTargets } from './address.ts';
import { copyButtons } from './copy.ts';
import { readData, readViews } from './data.ts';
import { startServices } from './services.ts';
import { startStrip } from './strip.ts';
import { startTable } from './table.ts';

copyButtons();
// A page without data has nothing to wait for.
if (document.querySelector('#data') === null) document.documentElement.classList.add('js');
void start();

/** The page is whole without this: it adds filters, order, pages and links to findings. */
async function start(): Promise<void> {
  const [data, views] = await Promise.all([readData(), readViews()]);
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
  startServices(data);
  const targets: AddressTargets = { table, data, views };
  for (const link of document.querySelectorAll<HTMLElement>('a[data-filter]'))
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const wanted = link.dataset['filter'] ?? '';
      if (location.hash.slice(1) === wanted) follow(targets);
      else location.hash = wanted;
    });
  addEventListener('hashchange', () => follow(targets));
  follow(targets);
}
