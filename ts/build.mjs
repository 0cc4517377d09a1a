// Builds the package: CommonJS, ESM that gives out the same objects, declarations, and the addon where there is a library
// to link.
//
//     node build.mjs [--addon]     TABLETHEORY_LIB_DIR: the folder of libtabletheory_static.a or libtabletheory.so
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const run = (program, ...args) => execFileSync(program, args, { cwd: here, stdio: 'inherit' });
const tsc = path.join(here, 'node_modules', 'typescript', 'bin', 'tsc');

// Checks the sources and writes their declarations. What it writes of modules is replaced by buildEsm.
function check() {
  run(process.execPath, tsc, '-p', 'tsconfig.json');
}

// The same sources as CommonJS modules. The one module that asks where it lies does so otherwise.
async function buildCjs() {
  const { default: ts } = await import('typescript');
  const from = path.join(here, 'src');
  const esm = path.join(here, 'dist', 'esm');
  const out = path.join(here, 'dist', 'cjs');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = name === 'here.ts' ? 'export const here: string = __dirname;\n' : readFileSync(path.join(from, name), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      fileName: name,
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
    });
    const base = name.replace(/\.ts$/, '');
    writeFileSync(path.join(out, `${base}.js`), outputText);
    cpSync(path.join(esm, `${base}.d.ts`), path.join(out, `${base}.d.ts`));
  }
  writeFileSync(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
}

// ESM gives out what CommonJS holds: a program that uses both has one library, one set of classes and one set of buffers
// shared with the addon.
function buildEsm() {
  const require = createRequire(import.meta.url);
  for (const name of readdirSync(path.join(here, 'dist', 'cjs')).filter((file) => file.endsWith('.js'))) {
    const names = Object.keys(require(`./dist/cjs/${name}`)).join(', ');
    writeFileSync(path.join(here, 'dist', 'esm', name), `import module from '../cjs/${name}';\nexport const { ${names} } = module;\n`);
  }
}

// Links the static archive where there is one: the addon then needs the C library only, and shows Node's entry alone.
function buildAddon() {
  const folder = process.env.TABLETHEORY_LIB_DIR;
  if (!folder) throw new Error('set TABLETHEORY_LIB_DIR to the folder of libtabletheory_static.a or libtabletheory.so');
  const out = path.join(here, 'dist', 'tabletheory.node');
  const object = path.join(here, 'dist', 'addon.o');
  run('gcc', '-std=c11', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror', '-c', '-o', object,
    '-I', path.join('node_modules', 'node-api-headers', 'include'), '-I', path.join(here, '..', 'include'), 'native/addon.c');
  const archive = path.join(folder, 'libtabletheory_static.a');
  const isStatic = existsSync(archive) && process.env.TABLETHEORY_LINK !== 'shared';
  const library = isStatic
    ? [archive, '-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL', '-Wl,-Bsymbolic', '-Wl,--gc-sections',
      `-Wl,--version-script=${path.join(here, 'native', 'exports.map')}`, '-lm', '-lpthread', '-ldl']
    : ['-L', folder, '-ltabletheory', `-Wl,-rpath,${realpathSync(folder)}`];
  // The archive is large: mold, where there is one, takes a tenth of the time.
  const linker = spawnSync('mold', ['--version']).status === 0 ? ['-fuse-ld=mold'] : [];
  run('g++', '-shared', '-s', ...linker, '-o', out, object, ...library);
  rmSync(object);
}

mkdirSync(path.join(here, 'dist'), { recursive: true });
if (!process.argv.includes('--addon-only')) {
  check();
  await buildCjs();
  buildEsm();
}
if (process.argv.includes('--addon') || process.argv.includes('--addon-only')) buildAddon();
