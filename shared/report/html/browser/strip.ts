import type { PageData } from './data.ts';

const columns = 100;
const pitch = 12;

/** Names the cluster under the pointer, and shows its findings when it is pressed. */
export function startStrip({ clusters }: PageData): void {
  const strip = document.querySelector<SVGSVGElement>('#strip');
  const name = document.querySelector('#strip-name');
  if (strip === null) return;
  const under = (event: MouseEvent): string => {
    const area = strip.getBoundingClientRect();
    const scale = (columns * pitch) / area.width;
    const column = Math.floor(((event.clientX - area.left) * scale) / pitch);
    const row = Math.floor(((event.clientY - area.top) * scale) / pitch);
    return clusters.name[row * columns + column] ?? '';
  };
  strip.addEventListener('pointermove', (event) => {
    if (name !== null) name.textContent = under(event) || '\u00A0';
  });
  strip.addEventListener('click', (event) => {
    const cluster = under(event);
    if (cluster !== '') location.hash = `cluster=${encodeURIComponent(cluster)}`;
  });
}
