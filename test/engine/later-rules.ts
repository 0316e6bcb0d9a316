import { catalogue } from '../rules/catalogue.ts';

/** Rules of the catalogue that are built after the article's story; a case may ask for one before it is there. */
export const laterRules: readonly string[] = catalogue
  .filter(({ since }) => since === 2)
  .map(({ id }) => id);
