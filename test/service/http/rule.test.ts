import { describe, expect, test } from '@jest/globals';
import { allRules } from '../../../shared/rules/index.ts';
import { onRule } from '../../../shared/service/on-rule.ts';
import { ruleAnswer } from '../../../shared/service/http/rule.ts';
import type { HttpRequest } from '../../../shared/service/http/response.ts';
import { createApp } from '../../../shared/service/app.ts';

const ids = allRules.map(({ meta }) => meta.id);

function question(id: string, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  const [family = '', rule = ''] = id.split('/');
  const url = new URL(`http://localhost:7071/api/rules/${id}`);
  return {
    method: 'GET',
    url: url.href,
    headers: new Headers(headers),
    query: url.searchParams,
    params: { family, rule },
    text: () => Promise.resolve(''),
  };
}

/** The page's own content without code, tags as they are. */
function proseOf(id: string): string {
  const html = String(ruleAnswer(question(id)).body);
  const main = /<main id="main">([^]*)<\/main>/u.exec(html)?.[1] ?? '';
  return main.replaceAll(/<(pre|code)[^>]*>[^]*?<\/\1>/gu, '');
}

describe('the page of a rule', () => {
  test.each(ids)('%s: its whole text as HTML', (id) => {
    const prose = proseOf(id);
    for (const heading of ['What it finds', 'Why it matters', 'How to fix', 'When to exempt'])
      expect(prose).toContain(`<h2>${heading}</h2>`);
    expect(prose).not.toMatch(/\*\*|\]\(|&#96;|^#|\| ---|<p>[-|]/mu);
    const addresses = [...prose.matchAll(/href="([^"]+)"/gu)].map((match) => match[1] ?? '');
    const [family = ''] = id.split('/');
    const dead = addresses
      .filter((each) => !each.startsWith('https://') && !each.startsWith('../../report'))
      .filter(
        (each) => !ids.includes(each.startsWith('../') ? each.slice(3) : `${family}/${each}`),
      );
    expect(dead).toEqual([]);
  });

  test('comes with its policy and an ETag, and not again to who has it', () => {
    const answer = ruleAnswer(question('traffic/starved-endpoints'));
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'") as unknown,
      },
    });
    const again = question('traffic/starved-endpoints', {
      'if-none-match': answer.headers['etag'] ?? '',
    });
    expect(ruleAnswer(again)).toMatchObject({ status: 304 });
  });
});

describe('a rule that there is not', () => {
  test.each([
    { id: 'traffic/starved-endpoint', near: 'traffic/starved-endpoints' },
    { id: 'backend/starved-endpoints', near: 'traffic/starved-endpoints' },
    { id: '../../package.json', near: '' },
    { id: '<script>/x', near: '' },
  ])('$id: one answer, and what comes near', ({ id, near }) => {
    const program = ruleAnswer(question(id, { accept: 'application/json' }));
    expect(program.status).toBe(404);
    const { error } = JSON.parse(String(program.body)) as { error: { message: string } };
    expect(error.message).toContain(near);
    const people = ruleAnswer(question(id, { accept: 'text/html,*/*;q=0.8' }));
    expect(people.status).toBe(404);
    expect(people.headers['content-type']).toContain('text/html');
    expect(people.body).toContain(near === '' ? '<h1>There is no rule' : `href="../${near}"`);
    expect(String(people.body).split('<script>').length).toBe(2);
  });
});

function claims(role: string): string {
  return Buffer.from(JSON.stringify({ claims: [{ typ: 'roles', val: role }] })).toString('base64');
}

describe('who may read it', () => {
  test.each([
    { name: 'a key, which the host has looked at', env: {}, header: undefined, status: 200 },
    { name: 'nobody', env: { WEBSITE_AUTH_ENABLED: 'True' }, header: undefined, status: 401 },
    {
      name: 'another role',
      env: { WEBSITE_AUTH_ENABLED: 'True' },
      header: claims('Audit.Run'),
      status: 403,
    },
    {
      name: 'the role',
      env: { WEBSITE_AUTH_ENABLED: 'True' },
      header: claims('Report.Read'),
      status: 200,
    },
  ])('$name -> $status', ({ env, header, status }) => {
    const app = createApp({ env, now: () => new Date() });
    const headers: Record<string, string> =
      header === undefined ? {} : { 'x-ms-client-principal': header };
    expect(onRule(app, question('traffic/starved-endpoints', headers)).status).toBe(status);
  });
});
