import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import packed from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const root = path.join(import.meta.dirname, '..');

/**
 * Starts the Chromium that comes with the project's packages: nothing else need be installed, and its
 * one font makes pictures and boxes the same on every machine. The caller closes it.
 */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: path.join(folder, 'chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
    ],
    env: { ...process.env, FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  });
}

/**
 * The folder of the unpacked browser. Several processes may ask at once: each unpacks for itself, the
 * first one to be done puts its folder into place.
 */
async function unpacked(): Promise<string> {
  const folder = path.join(tmpdir(), `evenkeel-chromium-${version()}`);
  if (existsSync(folder)) return folder;
  const own = mkdtempSync(`${folder}-`);
  await inTmp(own, () => packed.executablePath());
  writeFileSync(
    path.join(own, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  mkdirSync(path.join(own, 'cache'));
  try {
    renameSync(own, folder);
  } catch {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
}

/** The package unpacks into the folder for temporary files, whatever that is while it is called. */
async function inTmp<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const running = run();
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  return running;
}

function version(): string {
  const file = path.join(root, 'node_modules/@sparticuz/chromium/package.json');
  const parsed: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return parsed.version;
}
