// Writes each example of the sources and the README to a module in test/examples, and fails when a source with exported
// classes or functions of the public face has none.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'test', 'examples');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const files = [...readdirSync(path.join(root, 'src')).map((name) => `src/${name}`), 'README.md'];
for (const file of files) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const blocks = file.endsWith('.md')
    ? [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1])
    : [...text.matchAll(/^ \* ```ts\n([\s\S]*?)^ \* ```$/gm)].map((match) => match[1].replace(/^ \* ?/gm, ''));
  blocks.forEach((block, i) => {
    const name = `${path.basename(file).replace(/\W/g, '_')}_${i + 1}.ts`;
    writeFileSync(path.join(out, name), `${block}\nexport {};\n`);
  });
}
