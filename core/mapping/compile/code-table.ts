import { codes as requiredCodes } from '../../fhir/generated/definitions.ts';
import type { CodeRow, CodeTable } from '../rule.ts';
import { checkListedCode, checkOfficial, checkUnread, isListed } from './listed.ts';
import type { Node } from './problems.ts';

/** `tables/HL70001-AdministrativeGender.yaml`: source codes and what becomes of them. */
export function compileCodeTable(name: string, node: Node, systems: ReadonlyMap<string, string>): CodeTable {
  node.only('code table', 'table', 'source', 'target', 'closed', 'official', 'codes', 'kept', 'skip', 'instead');
  checkUnread(node);
  checkOfficial(node.at('official'));
  for (const code of node.at('kept').texts()) {
    if (!node.at('codes').at(code).absent) node.at('kept').fail('code', `"${code}" is both mapped and kept`);
  }
  if (node.at('table').text() !== name) node.at('table').fail('file-name', `expected ${name}`);
  const target = systemOf(node.at('target'), systems);
  const codes = node
    .at('codes')
    .entries()
    .flatMap(([code, row]) => {
      if (isListed(row)) {
        checkListedCode(row);
        return [];
      }
      const compiled = compileCode(row, systems);
      checkSystem(row, compiled, target);
      return [[code, compiled] as const];
    });
  // A table whose codes a site makes itself says `codes: {}`, and feeds add to it.
  if (node.at('codes').absent) node.at('codes').fail('shape', 'a code table without codes maps nothing');
  return {
    name,
    source: systemOf(node.at('source'), systems),
    target,
    ...(node.at('closed').flag(false) ? { closed: true } : {}),
    codes: Object.fromEntries(codes),
  };
}

/** Codes of FHIR's own systems that required bindings name: system -> codes of all those value sets. */
const fhirCodes = new Map<string, Set<string>>();
for (const set of Object.values(requiredCodes)) {
  for (const [system, list] of Object.entries(set)) {
    const known = fhirCodes.get(system) ?? new Set();
    fhirCodes.set(system, known);
    for (const code of list.split(' ')) known.add(code);
  }
}

// Where a row that uses the table binds it to a value set, that is checked there (`row.ts`); this catches it before.
function checkSystem(node: Node, row: CodeRow, target: string): void {
  const system = row.system ?? target;
  const known = system.startsWith('http://hl7.org/fhir/') ? fhirCodes.get(system) : undefined;
  if (known?.has(row.code) === false) node.fail('binding', `"${row.code}" is no code of ${system}`);
}

/** One row of a code table: the target code, or `{ code, display, system, why }`. */
export function compileCode(node: Node, systems: ReadonlyMap<string, string>): CodeRow {
  if (typeof node.value === 'string' || typeof node.value === 'number') return { code: node.text() };
  node.only('code', 'code', 'display', 'system', 'why');
  return {
    code: node.at('code').text(),
    ...(node.at('display').absent ? {} : { display: node.at('display').text() }),
    ...(node.at('system').absent ? {} : { system: systemOf(node.at('system'), systems) }),
  };
}

function systemOf(node: Node, systems: ReadonlyMap<string, string>): string {
  const text = node.text('');
  if (text === '' || text.includes(':')) return text;
  const uri = systems.get(text);
  if (uri === undefined) node.fail('system', `"${text}" is no code system of terminology/systems.yaml`);
  return uri ?? text;
}
