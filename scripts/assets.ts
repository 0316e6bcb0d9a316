import path from 'node:path';
import { build } from 'esbuild';
import { format } from 'prettier';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'shared/report/html');

/** The file that holds the browser's part of the report as two strings: the app is one bundle and reads no files. */
export const assetsFile = path.join(folder, 'assets.ts');

/** The text of that file: script and style sheet of `html/browser`, bundled and minified. */
export async function assetsModule(): Promise<string> {
  const script = await bundle('main.ts');
  const style = await bundle('style.css');
  const text = `// Made by \`npm run assets\` from the folder browser; a test checks that it is up to date.
export const script = ${JSON.stringify(script)};
export const style = ${JSON.stringify(style)};
`;
  return format(text, { parser: 'typescript', singleQuote: true, printWidth: 100 });
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [path.join(folder, 'browser', entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = result.outputFiles[0]?.text.trim() ?? '';
  // Neither may end the element that it stands in.
  if (/<\/|<!--/u.test(text)) throw new Error(`${entry} holds </ or <!--`);
  return text;
}
