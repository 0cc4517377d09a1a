// Fails for every export of the package, and every public member of one, that has no TSDoc. Reads what was built (dist).
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const entries = ['index', 'testing'].map((name) => path.join(root, 'dist', 'esm', `${name}.d.ts`));
const program = ts.createProgram(entries, {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ['node'],
});
const checker = program.getTypeChecker();
const problems = new Set();
let checked = 0;

const isDocumented = (symbol) => symbol.getDocumentationComment(checker).length > 0;
const isHidden = (declaration) =>
  (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;

function check(symbol, name, declaration) {
  ++checked;
  if (isDocumented(symbol)) return;
  const file = declaration.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
  problems.add(`${path.basename(file.fileName)}:${line + 1}: ${name} has no TSDoc`);
}

for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    check(symbol, exported.name, declaration);
    if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) continue;
    for (const table of [symbol.members, ts.isClassDeclaration(declaration) ? symbol.exports : undefined]) {
      for (const member of table?.values() ?? []) {
        const [place] = member.declarations ?? [];
        const isType = (member.flags & (ts.SymbolFlags.TypeParameter | ts.SymbolFlags.Prototype)) !== 0;
        if (place === undefined || isType || isHidden(place)) continue;
        check(member, `${exported.name}.${String(member.name)}`, place);
      }
    }
  }
}
for (const problem of [...problems].sort()) console.error(problem);
console.log(`${checked} exports and members, ${problems.size} without TSDoc`);
process.exitCode = problems.size > 0 || checked < 300 ? 1 : 0;
