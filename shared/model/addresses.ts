/** Where the project is published. Every public address that code, schemas or documents name begins with it. */
export const repositoryUrl = 'https://github.com/evenkeel/evenkeel';
