import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { pack } from 'tar-stream';
import { Scratch } from '../../shared/casefolder/scratch.ts';
import { unpackArchive, UnpackBudget } from '../../shared/casefolder/unpack.ts';
import { isLong } from '../support/long.ts';
import { auditFile, service } from './one-file.ts';
import { zipOf } from './zip.ts';

jest.setTimeout(120_000);

const inLong = isLong ? test : test.skip;

interface TarEntry {
  readonly name: string;
  readonly type?: 'symlink' | 'link';
  readonly linkname?: string;
  readonly data?: string;
}

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { data = '', ...header } of entries) tar.entry(header, data);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const zeros = Buffer.alloc(64 * 1024 * 1024, 0x20);

const archives: readonly {
  name: string;
  file: string;
  data: () => Buffer | Promise<Buffer>;
  says: RegExp;
}[] = [
  {
    name: 'a zip with a path that leads out of it',
    file: 'slip.zip',
    data: () => zipOf([{ name: '../../evil.json', data: Buffer.from(service) }]),
    says: /slip\.zip: cannot be unpacked \(invalid relative path/u,
  },
  {
    name: 'a tar with an absolute path',
    file: 'slip.tar.gz',
    data: () => tarOf([{ name: '/etc/evil.json', data: service }]),
    says: /slip\.tar\.gz: an entry has a path outside the archive/u,
  },
  {
    name: 'a tar with a path that leads out of it',
    file: 'up.tgz',
    data: () => tarOf([{ name: 'a/../../evil.json', data: service }]),
    says: /up\.tgz: an entry has a path outside the archive/u,
  },
  {
    name: 'a tar with a path on a drive',
    file: 'drive.tgz',
    data: () => tarOf([{ name: 'C:evil.json', data: service }]),
    says: /drive\.tgz: an entry has a path outside the archive/u,
  },
  {
    name: 'a tar with a path that leads out of it as Windows writes it',
    file: 'back.tgz',
    data: () => tarOf([{ name: String.raw`a\..\..\evil.json`, data: service }]),
    says: /back\.tgz: an entry has a path outside the archive/u,
  },
  {
    name: 'a name with control characters',
    file: 'names.tar.gz',
    data: () => tarOf([{ name: 'a\u001B[2Jb.json', data: service }]),
    says: /names\.tar\.gz: an entry has an invalid file name/u,
  },
  {
    name: 'a bomb of gzip',
    file: 'bomb.json.gz',
    data: () => gzipSync(zeros),
    says: /bomb\.json\.gz: unpacks to more than 200 times its size/u,
  },
  {
    name: 'a bomb in a tar',
    file: 'bomb.tar.gz',
    data: () => tarOf([{ name: 'a.json', data: `{"a":"${' '.repeat(48 * 1024 * 1024)}"}` }]),
    says: /bomb\.tar\.gz: unpacks to more than 200 times its size/u,
  },
  {
    name: 'a zip whose sizes lie',
    file: 'lies.zip',
    data: () => zipOf([{ name: 'a.json', data: Buffer.from(service), size: 4_000_000_000 }]),
    says: /lies\.zip: cannot be unpacked/u,
  },
  {
    name: 'an archive that was cut short',
    file: 'cut.tar.gz',
    data: async () =>
      (await tarOf([{ name: 'a.json', data: service.repeat(100) }])).subarray(0, 80),
    says: /cut\.tar\.gz: cannot be unpacked/u,
  },
  {
    name: 'what calls itself gzip',
    file: 'not.gz',
    data: () => Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]),
    says: /not\.gz: cannot be unpacked/u,
  },
  {
    name: 'a zip that calls for 65,535 entries and has none',
    file: 'count.zip',
    data: () => {
      const zip = zipOf([]);
      zip.writeUInt16LE(65_534, 8);
      zip.writeUInt16LE(65_534, 10);
      return zip;
    },
    says: /count\.zip: (?:cannot be unpacked|more than 100000 files)/u,
  },
];

describe('a hostile archive: one line, nothing outside of it is touched', () => {
  test.each(archives)('$name', async ({ file, data, says }) => {
    const { lines, unreadable, left } = await auditFile(file, await data());
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
    // Other workers of a test run have folders of their own here.
    const own = `evenkeel-saved-${process.pid}-`;
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(own))).toEqual([]);
    expect(left).toEqual([]);
  });

  test('links are passed over, and the files beside them read', async () => {
    const data = await tarOf([
      { name: 'link.json', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'hard.json', type: 'link', linkname: '/etc/passwd' },
      { name: 'a.json', data: service },
    ]);
    const zip = zipOf([
      { name: 'link.json', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      // Read as a file it would be JSON that ends early.
      { name: 'to.json', data: Buffer.from('{"kind":'), mode: 0o120777 },
      { name: 'a.json', data: Buffer.from(service) },
    ]);
    for (const [name, bytes] of [
      ['links.tar.gz', data],
      ['links.zip', zip],
    ] as const)
      expect(await auditFile(name, bytes)).toMatchObject({ lines: [], unreadable: false });
  });
});

function tarHeader(size: number, mark: string): Buffer {
  const header = Buffer.alloc(512);
  header.write('a.json', 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write(mark, 257);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

test.each(['ustar\u000000', 'ustar  \0', ''])(
  'a tar file with the mark %j is read',
  async (mark) => {
    const data = Buffer.from(service.padEnd(512));
    const tar = Buffer.concat([tarHeader(512, mark), data, Buffer.alloc(1024)]);
    for (const [name, bytes] of [
      ['a.tar', tar],
      ['a.tgz', gzipSync(tar)],
    ] as const) {
      const { lines, unreadable, report } = await auditFile(name, bytes);
      expect({ lines, unreadable }).toEqual({ lines: [], unreadable: false });
      expect(report.clusters).toHaveLength(1);
    }
  },
);

test('an archive with nothing to read is one line', async () => {
  const zip = zipOf([{ name: 'readme.md', data: Buffer.from('# Hello') }]);
  expect(await auditFile('notes.zip', zip)).toMatchObject({
    lines: [expect.stringMatching(/notes\.zip: an archive without a JSON or YAML file; ignored$/u)],
    unreadable: true,
  });
});

/** So many entries of nothing. */
function tarOfMany(count: number): Buffer {
  const header = tarHeader(0, 'ustar\u000000');
  const many = Buffer.alloc(512 * count);
  for (let at = 0; at < many.length; at += 512) header.copy(many, at);
  return many;
}

describe('more entries than any case has', () => {
  test('are refused when their number is reached', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'evenkeel-many-')), 'many.tar');
    writeFileSync(file, tarOfMany(1_200));
    const scratch = new Scratch();
    const budget = new UnpackBudget({ bytes: 1e9, ratio: 200, entries: 1_000 });
    await expect(unpackArchive('tar', file, scratch, budget)).rejects.toThrow(
      'more than 1000 files in archives',
    );
    scratch.remove();
    rmSync(path.dirname(file), { recursive: true });
  });

  // 100,000 files on a disk take their time.
  inLong('that is after the first 100,000, and memory stays flat', async () => {
    const { lines } = await auditFile('many.tar', tarOfMany(120_000));
    expect(lines).toEqual([
      expect.stringMatching(/many\.tar: more than 100000 files in archives/u),
    ]);
  });
});
