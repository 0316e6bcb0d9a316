import type { Severity } from '../../findings/index.ts';
import { markdownPage } from './markdown-page.ts';
import { markup, type Markup } from './markup.ts';
import { pageShell } from './shell.ts';

/** A rule as its page shows it; everything of it comes with the tool. */
export interface RuleText {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** The rule's page, Markdown; its first heading repeats id and title. */
  readonly text: string;
}

const reportHref = '../../report';
const nav = [{ href: reportHref, word: 'Report' }];

/** `GET /api/rules/{family}/{rule}`: the page of one rule. */
export function renderRulePage({ id, title, severity, text }: RuleText): string {
  const body = text.replace(/^# [^\n]*\n/u, '');
  return pageShell({
    title: `${title} (${id})`,
    nav,
    main: markup`<article class="rule-page"><h1>${title}</h1><p class="facts"><span><code>${id}</code></span><span><span class="badge ${severity}">${severity}</span> by default</span><span><a href="${reportHref}?format=html&amp;rule=${id}">Findings of this rule</a></span></p>${markdownPage(body, ruleLinkTarget)}<p class="dim small">In a terminal: <code>evenkeel explain ${id}</code></p></article>
`,
  });
}

/** What answers where there is no such rule: what was asked for, and the rules that come nearest. */
export function renderNoRule(wanted: string, near: readonly string[]): string {
  return pageShell({
    title: 'No such rule',
    nav,
    main: markup`<article class="rule-page"><h1>There is no rule ${wanted}</h1>${
      near.length === 0 ? undefined : markup`<p>Did you mean:</p><ul>${near.map(nearLink)}</ul>`
    }<p>It may have been renamed or removed since the report was made; the CHANGELOG says so. <code>evenkeel rules</code> lists the rules of this version.</p></article>
`,
  });
}

function nearLink(id: string): Markup {
  return markup`<li><a href="../${id}"><code>${id}</code></a></li>`;
}

/** Links between rule pages, and to sources on the web; nothing else. */
function ruleLinkTarget(target: string): string | undefined {
  if (target.startsWith('https://') && URL.canParse(target)) return new URL(target).href;
  return /^((?:\.\.\/[a-z][a-z-]*\/)?[a-z][a-z0-9-]*)\.md$/u.exec(target)?.[1];
}
