/**
 * After `npm pack` in the sources: its tarball, which has no use, gives way to the one of the package,
 * which is generated.
 */
import path from 'node:path';
import { root } from './bundle.ts';
import { packCli } from './cli-package.ts';

const { npm_config_dry_run: dryRun, npm_config_pack_destination: destination = '' } = process.env;
if (dryRun !== 'true') await packCli(path.join(root, 'dist'), path.resolve(root, destination));
