import { counted } from '../../model/index.ts';
import type { PageContext } from './context.ts';
import { markup, type Markup } from './markup.ts';
import type { TrafficPath } from './traffic-paths.ts';
import { trafficPathCard } from './traffic-path-card.ts';

/** Pictures that the page opens with; the others stand with their clusters. */
const topMaps = 10;

/** A picture is worth its place here where something is wrong; a healthy fleet shows its first ones. */
export function topPaths(paths: readonly TrafficPath[]): readonly TrafficPath[] {
  const wrong = paths.filter(isWrong);
  return wrong.length === 0 ? paths.slice(0, 3) : wrong.slice(0, topMaps);
}

function isWrong({ status }: TrafficPath): boolean {
  return status !== 'even' && status !== 'disabled';
}

/** Where the traffic goes, for the Services that fare worst. */
export function trafficPart(context: PageContext): Markup | undefined {
  const { paths } = context;
  const shown = topPaths(paths);
  if (shown.length === 0) return undefined;
  const left = paths.filter(isWrong).length - shown.length;
  return markup`<section class="part" id="traffic"><h2>Where the traffic goes</h2><ul class="legend"><li><svg viewBox="0 0 36 12" class="map" aria-hidden="true"><path class="flow" d="M0 6h36" stroke-width="4"/></svg>gets new connections, wider for more</li><li><svg viewBox="0 0 36 12" class="map" aria-hidden="true"><path class="stop" d="M0 6h26" stroke-width="1.5"/><path class="cross" d="M26 2l8 8m0 -8l-8 8"/></svg>gets none</li><li><svg viewBox="0 0 36 12" class="map" aria-hidden="true"><path class="fair" d="M18 0v12"/></svg>fair share of a ready pod</li><li><svg viewBox="0 0 36 12" class="map" aria-hidden="true"><rect class="unknown" width="36" height="12" rx="2"/></svg>not known</li></ul>${shown.map(
    (path, at) => trafficPathCard(path, `w${at}`, context),
  )}${left > 0 ? markup`<p class="dim">${counted(left, 'more Service port')} with something wrong: see <a href="#clusters">clusters</a>.</p>` : undefined}</section>`;
}
