import { counted } from '../../model/index.ts';
import type { Fix } from '../../findings/index.ts';
import { fixMarkup } from './fixes.ts';
import { afterModel, todayModel } from './map/after.ts';
import { mapModel } from './map/model.ts';
import { narrowMap } from './map/narrow.ts';
import { smallMap } from './map/small.ts';
import { wideMap } from './map/wide.ts';
import { markup, type Markup } from './markup.ts';
import type { TrafficPath } from './traffic-paths.ts';

const wideRows = 60;
const narrowRows = 40;

/** The fixes of a path, each with its maps of today and after it; those that are not the best are folded. */
export function fixPanel(path: TrafficPath, id: string): Markup | undefined {
  const { fixes, best } = path;
  const first = best ?? fixes[0];
  if (first === undefined) return undefined;
  const others = fixes.filter((fix) => fix !== first);
  const shown = oneFix(first, 'Fix:', path, `${id}f`);
  return markup`<div class="fixes">${
    best === undefined && first.after !== undefined
      ? markup`<details><summary>Fix with its trade-off: ${first.title}</summary>${shown}</details>`
      : shown
  }${
    others.length === 0
      ? undefined
      : markup`<details><summary>${counted(others.length, 'other fix', 'other fixes')}</summary><div class="fixes">${others.map((fix, at) => oneFix(fix, 'Or:', path, `${id}o${at}`))}</div></details>`
  }</div>`;
}

function oneFix(fix: Fix, word: string, path: TrafficPath, id: string): Markup {
  return markup`<div class="fix-panel">${fixMarkup(fix, word)}${fixMaps(fix, path, id)}</div>`;
}

/** Today and after the fix beside each other; on small screens, where the card does not show it, below. */
export function fixMaps(
  fix: Fix,
  { service, group, best }: TrafficPath,
  id: string,
): Markup | undefined {
  if (fix.after === undefined || group.first.verdict === 'unknown') return undefined;
  const said = `After the fix: ${fix.title}`;
  const after = afterModel(service, group, fix.after);
  const both = (rows: number) => mapModel(service, group, fix.after, rows);
  const beside =
    after === undefined
      ? undefined
      : markup`<div class="beside">${smallMap(todayModel(service, group), `${id}t`, 'Today')}${smallMap(after, `${id}a`, 'After the fix')}</div>`;
  if (fix === best) return beside;
  return markup`${beside ?? wideMap(both(wideRows), `${id}w`, said)}${narrowMap(both(narrowRows), `${id}n`, said)}`;
}
