import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const root = path.join(import.meta.dirname, '..');

/**
 * Starts the Chromium that comes with the project's packages: nothing else need be installed, and its
 * one font makes pictures and boxes the same on every machine. The caller closes it.
 */
export async function launchChromium(): Promise<Browser> {
  const folder = unpacked();
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
 * first one to be done puts its folder into place. A folder without the browser is replaced.
 */
function unpacked(): string {
  const folder = path.join(tmpdir(), `evenkeel-chromium-${version()}`);
  if (isWhole(folder)) return folder;
  rmSync(folder, { recursive: true, force: true });
  const own = mkdtempSync(`${folder}-`);
  // The package unpacks into TMPDIR, which a test process cannot set for itself: its environment is a copy.
  execFileSync(process.execPath, ['--input-type=module', '--eval', unpacking], {
    cwd: root,
    env: { ...process.env, TMPDIR: own },
  });
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
  if (!isWhole(folder)) throw new Error(`no browser was unpacked into ${folder}`);
  return folder;
}

const unpacking = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();`;

/** The last thing that is written is the configuration; the browser itself must be there and not empty. */
function isWhole(folder: string): boolean {
  const binary = path.join(folder, 'chromium');
  return (
    existsSync(path.join(folder, 'fonts.conf')) && existsSync(binary) && statSync(binary).size > 0
  );
}

function version(): string {
  const file = path.join(root, 'node_modules/@sparticuz/chromium/package.json');
  const parsed: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return parsed.version;
}
