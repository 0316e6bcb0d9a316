import { expect, test } from '@jest/globals';
import { markdownPage } from '../../../shared/report/html/markdown-page.ts';
import { htmlOf } from '../../../shared/report/html/markup.ts';

function linkOf(target: string): string | undefined {
  return target.startsWith('https://') || target === 'other' ? target : undefined;
}

function html(text: string): string {
  return markdownPage(text, linkOf).map(htmlOf).join('');
}

test.each([
  { name: 'a heading', text: '## Why it `is`', out: '<h2>Why it <code>is</code></h2>' },
  { name: 'lines of a paragraph', text: 'one\ntwo\n\nthree', out: '<p>one two</p><p>three</p>' },
  {
    name: 'a list that goes on',
    text: '- one\n  and more\n- **two**',
    out: '<ul><li>one and more</li><li><b>two</b></li></ul>',
  },
  { name: 'numbers', text: '1. a\n2. b', out: '<ol><li>a</li><li>b</li></ol>' },
  { name: 'spaces beside code', text: 'a `b` c', out: '<p>a <code>b</code> c</p>' },
  {
    name: 'no space where there is none',
    text: '`a`s, `b`',
    out: '<p><code>a</code>s, <code>b</code></p>',
  },
  { name: 'code that looks like bold', text: '`**a**`', out: '<p><code>**a**</code></p>' },
  {
    name: 'a link',
    text: '[the `x`](https://example.org/)',
    out: '<p><a href="https://example.org/" rel="noreferrer noopener">the <code>x</code></a></p>',
  },
  { name: 'a link beside', text: '[x](other)', out: '<p><a href="other">x</a></p>' },
  { name: 'a target that is no page', text: '[x](javascript:alert)', out: '<p>x</p>' },
  {
    name: 'HTML',
    text: 'a <b>x</b> & "y"',
    out: '<p>a &#60;b&#62;x&#60;/b&#62; &#38; &#34;y&#34;</p>',
  },
  {
    name: 'code',
    text: '```yaml\na: <b>\n  c: 1\n```',
    out: '<div class="command"><pre tabindex="0" aria-label="Manifest">a: &#60;b&#62;\n  c: 1</pre></div>',
  },
  {
    name: 'code without an end',
    text: '```\na',
    out: '<div class="command"><pre tabindex="0" aria-label="Command">a</pre></div>',
  },
  {
    name: 'a table with a bar in a cell',
    text: '| A | B |\n| --- | --- |\n| `x\\|y` | z |',
    out: '<div class="wrap" tabindex="0" role="group" aria-label="A, B"><table class="stack"><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody><tr><th scope="row"><code>x|y</code></th><td data-word="B">z</td></tr></tbody></table></div>',
  },
])('$name', ({ text, out }) => {
  expect(html(text)).toBe(out);
});
