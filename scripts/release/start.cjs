#!/usr/bin/env node
// Nothing newer than Node 12 can read in this file: it is what tells an old Node so.
'use strict';

const oldest = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `evenkeel: needs Node ${oldest.join('.')} or later; this is Node ${process.versions.node} (${process.execPath})\n`,
  );
  process.exitCode = 2;
} else {
  // What was compiled once loads faster the next time. In the user's own folder: in a shared one
  // somebody else could leave compiled code for us. Where nothing can be written, nothing is.
  const { enableCompileCache } = require('node:module');
  const { XDG_CACHE_HOME: cache, HOME: home, LOCALAPPDATA: local } = process.env;
  const base = cache || (home && `${home}/.cache`) || local;
  if (enableCompileCache !== undefined && base) enableCompileCache(`${base}/evenkeel`);
  void import('../lib/cli/main.js');
}
