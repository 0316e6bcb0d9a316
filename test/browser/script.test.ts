import { describe, expect, test } from '@jest/globals';
import { render } from '../../shared/report/index.ts';
import { articleReport, fleetReport } from '../report/samples.ts';
import { ask, openReport, origin, useBrowser } from './pages.ts';

const { look, browser } = useBrowser();

const fleet = render(fleetReport, 'html');

describe('with and without a script', () => {
  test('a command is copied as it is', async () => {
    await look(
      render(articleReport, 'html'),
      async (page) => {
        await page.locator('.way .command button').first().click();
        await page.locator('.way .command button', { hasText: 'Copied' }).waitFor();
        expect(await ask(page, 'navigator.clipboard.readText()')).toBe(
          'kubectl -n default patch service echo-service --type merge -p \'{"spec":{"externalTrafficPolicy":"Cluster"}}\'',
        );
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
  });

  test('a map is copied as Markdown, as an SVG that needs nothing else, and as a PNG', async () => {
    await look(
      render(articleReport, 'html'),
      async (page) => {
        const press = async (word: string): Promise<void> => {
          const [button, done] = [word, 'Copied'].map((hasText) =>
            page.locator('.way .copies button', { hasText }),
          );
          await button?.click();
          await done?.waitFor();
          await done?.waitFor({ state: 'detached' });
        };
        await press('Copy as Markdown');
        const text = await ask(page, 'navigator.clipboard.readText()');
        expect(text).toContain('### default/echo-service\n\n**');
        expect(text).toContain(
          '| echo-deployment-557c9d44c5-pqgvx | aks-system-27255451-0 | system | 100 % | 33.3 % |  |',
        );
        expect(text).toContain('```\nkubectl -n default patch service echo-service');
        await press('Map as SVG');
        const svg = await ask(page, 'navigator.clipboard.readText()');
        expect(svg).not.toMatch(/ (?:class|style)=|<style|var\(|url\("/u);
        expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
        expect(svg).toMatch(/<rect [^>]*fill="rgb/u);
        await press('Map as PNG');
        const size = await ask(
          page,
          `navigator.clipboard.read().then(async ([item]) => {
            const { width, height } = await createImageBitmap(await item.getType('image/png'));
            return width + 'x' + height;
          })`,
        );
        const box = /viewBox="-16 -16 ([\d.]+) ([\d.]+)"/u.exec(svg);
        expect(size).toBe(`${2 * Number(box?.[1])}x${2 * Number(box?.[2])}`);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
  }, 30_000);

  test.each([
    { hash: '#finding=c0ffee0000000001', says: /^# .*\n\n\*\*critical\*\* · /u },
    {
      hash: '#cluster=aks-app&service=default%2Fecho-service',
      says: /^# default\/echo-service\n\n\*\*pods without traffic\*\*\n/u,
    },
  ])('what is copied from $hash says what it is about, and the fix', async ({ hash, says }) => {
    await look(
      render(articleReport, 'html'),
      async (page) => {
        await page.locator('#view .copies button').first().click();
        await page.locator('#view .copies button', { hasText: 'Copied' }).waitFor();
        const text = await ask(page, 'navigator.clipboard.readText()');
        expect(text).toMatch(says);
        expect(text).toContain('| echo-deployment-557c9d44c5-pqgvx |');
        expect(text).toContain('```\nkubectl -n default patch service echo-service');
      },
      { hash, permissions: ['clipboard-read', 'clipboard-write'] },
    );
  });

  test('who comes back from a page is at the link that led there', async () => {
    await look(fleet, async (page) => {
      const link = page.locator('.service-rows a').nth(2);
      await link.focus();
      await page.keyboard.press('Enter');
      await page.locator('#view h1:focus').waitFor();
      await page.goBack();
      await page.locator('#report').waitFor();
      expect(await link.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
    });
  });

  test('what may not be copied is saved as a file', async () => {
    await look(render(articleReport, 'html'), async (page) => {
      await page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { write: () => Promise.reject(new Error('no')), writeText: () => Promise.reject(new Error('no')) } })",
      );
      for (const [word, ending] of [
        ['Copy as Markdown', 'md'],
        ['Map as SVG', 'svg'],
        ['Map as PNG', 'png'],
      ] as const) {
        const saved = page.waitForEvent('download');
        await page.locator('.way .copies button', { hasText: word }).click();
        expect((await saved).suggestedFilename()).toBe(`evenkeel-default-echo-service.${ending}`);
      }
    });
  });

  test('a command in a closed section gets its copy button when the section opens', async () => {
    await look(render(articleReport, 'html'), async (page) => {
      const detail = page.locator('#rows .detail').first();
      expect(await detail.locator('.command button').count()).toBe(0);
      await page.locator('#rows summary').first().click();
      await detail.locator('.command button').first().waitFor();
      expect(await detail.locator('.command button').count()).toBe(2);
    });
  });

  test('without a script all Services and findings are there with their fixes, and nothing that needs one', async () => {
    await look(
      fleet,
      async (page) => {
        expect(await page.locator('#rows > tr').count()).toBe(4);
        expect(await page.locator('.service-table tbody tr').count()).toBe(5);
        expect(await page.locator('.filters').isVisible()).toBe(false);
        expect(await page.locator('#rows').innerText()).toContain('Accept traffic on every node');
      },
      { javaScriptEnabled: false },
    );
  });

  test('everything can be reached by keyboard', async () => {
    await look(render(articleReport, 'html'), async (page) => {
      await page.keyboard.press('Tab');
      expect(await ask(page, 'document.activeElement.textContent')).toBe('Skip to the answer');
      await page.keyboard.press('Enter');
      expect(page.url()).toBe(`${origin}/report#main`);
      await page.locator('#rows summary').first().focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('#rows .detail').first().isVisible()).toBe(true);
    });
  });

  test('the page may run nothing but its own script', async () => {
    const { page, complaints } = await openReport(browser(), fleet);
    const added = await ask(
      page,
      `(() => {
        const script = document.createElement('script');
        let refused = 'no';
        try { script.textContent = 'window.hit = 1'; document.body.append(script); } catch { refused = 'yes'; }
        document.body.setAttribute('style', 'color: red');
        return refused + ' ' + window.hit;
      })()`,
    );
    await page.context().close();
    expect(added).toBe('yes undefined');
    expect(complaints.join('\n')).toContain('style-src');
  });
});
