import { script, style } from './assets.ts';
import { markup, htmlOf, trusted, type Hole, type Markup } from './markup.ts';
import { pagePolicy, servedPolicy } from './policy.ts';

export interface Shell {
  readonly title: string;
  /** Links of the bar at the top. */
  readonly nav: readonly { readonly href: string; readonly word: string }[];
  readonly main: Hole;
  /** What the script reads; stands after the page's content. */
  readonly data?: Markup | undefined;
  /** The page may fetch from the service that it comes from. */
  readonly served?: boolean;
}

/** A whole page of Evenkeel: its policy, its one style sheet and its one script, the bar at the top. */
export function pageShell({ title, nav, main, data, served = false }: Shell): string {
  return htmlOf(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(served ? servedPolicy : pagePolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" class="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v8" stroke-width="3"/></pattern></defs></svg>
<header class="bar"><div class="bar-inner"><span class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3v9M6 12h12M3 12c0 5 4 8 9 8s9-3 9-8" stroke-linecap="round" stroke-linejoin="round"/></svg>Evenkeel</span><nav aria-label="Parts of the report">${nav.map(
    ({ href, word }) => markup`<a href="${href}">${word}</a>`,
  )}</nav></div></header>
<main id="main">
${main}</main>
${data}
<script>${trusted(script)}</script>
</body>
</html>
`);
}
