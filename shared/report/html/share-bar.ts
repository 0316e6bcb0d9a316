import { countedEndpoints } from '../ports.ts';
import type { PortReport } from '../report.ts';
import { markup, trusted, type Markup } from './markup.ts';

const width = 100;
const height = 10;
/** Above that the pods of a bar are one piece. */
const mostPieces = 24;

/** The shares of a port as two paths, 100 wide and 10 high: what pods get, a piece each, and what is lost. */
export interface ShareBar {
  readonly got: string;
  readonly lost: string;
}

/** The bar of a port; empty where its shares are not known. */
export function shareBar(port: PortReport): ShareBar {
  if (port.verdict === 'unknown') return { got: '', lost: '' };
  const shares = countedEndpoints(port.endpoints)
    .map(({ share }) => share)
    .filter((share) => share > 0)
    .toSorted((a, b) => b - a);
  const pieces =
    shares.length > mostPieces ? [shares.reduce((sum, share) => sum + share, 0)] : shares;
  let x = 0;
  const got = pieces.map((share) => {
    const start = x;
    x += share * width;
    return piece(start, x);
  });
  return { got: got.join(''), lost: port.lost > 0 ? piece(width - port.lost * width, width) : '' };
}

/** A gap of 1 behind each piece tells pods apart. */
function piece(from: number, to: number): string {
  const length = tenth(Math.max(0.5, Math.min(width, to) - from - 1));
  return `M${tenth(from)} 0h${length}v${height}h-${length}z`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Such a bar as SVG. */
export function shareBarMarkup({ got, lost }: ShareBar): Markup {
  return markup`<svg class="shares" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${
    got === '' ? undefined : markup`<path class="got" d="${trusted(got)}"/>`
  }${lost === '' ? undefined : markup`<path class="lost" d="${trusted(lost)}"/>`}</svg>`;
}
