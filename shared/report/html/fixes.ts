import type { Fix } from '../../findings/index.ts';
import { predictionText } from '../text/fixes.ts';
import { block, command, markup, type Markup } from './markup.ts';

/** A fix with what it would give, its price, and its commands; the button that copies is made by the script. */
export function fixMarkup(fix: Fix, word: string): Markup {
  const after = predictionText(fix)[0];
  return markup`<div class="fix"><p class="fix-title"><span>${word}</span> ${fix.title}</p>${
    after === undefined
      ? undefined
      : markup`<p class="prices"><b>Predicted:</b> ${after}${fix.after?.note === undefined ? undefined : markup` <span class="dim">(${fix.after.note})</span>`}</p>`
  }${
    fix.price.length === 0
      ? undefined
      : markup`<p class="prices"><b>Trade-off:</b> ${fix.price.join('; ')}</p>`
  }${fix.steps.map(
    ({ tool, text }) =>
      markup`<div class="command" data-tool="${tool}"><pre tabindex="0" aria-label="${tool === 'yaml' ? 'Manifest' : 'Command'}">${tool === 'yaml' ? block(text) : command(text)}</pre></div>`,
  )}</div>`;
}

/** Fixes of a finding, the first as the one to take; nothing where there is none. */
export function fixList(fixes: readonly Fix[]): Markup | undefined {
  if (fixes.length === 0) return undefined;
  return markup`<div class="fixes">${fixes.map((fix, at) => fixMarkup(fix, at === 0 ? 'Fix:' : 'Or:'))}</div>`;
}
