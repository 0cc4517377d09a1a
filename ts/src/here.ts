// The folder of this module. The CommonJS build replaces this file (ts/build.mjs).
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here: string = dirname(fileURLToPath(import.meta.url));
