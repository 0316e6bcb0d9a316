/** `npm pack` in the sources would pack the sources: the package is generated. */
process.stderr.write('evenkeel is packed from dist/package: run npm run package\n');
process.exitCode = 1;
