import { codesOf } from '../../fhir/code-sets.ts';
import type { Assignment } from '../rule.ts';
import type { Node } from './problems.ts';
import type { Target } from './target.ts';
import { parseTarget } from './target.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Compiles `set: { status: final, code: 'loinc#8302-2' }`: literals, and codings written `system#code`. */
export function compileAssignments(node: Node, root: string, vocabulary: Vocabulary): readonly Assignment[] {
  return node.entries().flatMap(([path, value]) => {
    const target = parseTarget(root, path);
    if ('error' in target) {
      value.fail('target', `"${path}" ${target.error}`);
      return [];
    }
    const literal = literalOf(value, target, vocabulary);
    return literal === undefined ? [] : [{ to: target.steps, value: literal }];
  });
}

function literalOf(node: Node, target: Target, vocabulary: Vocabulary): unknown {
  switch (target.type) {
    case 'Coding':
      return codingOf(node, vocabulary);
    case 'CodeableConcept': {
      const coding = codingOf(node, vocabulary);
      return coding === undefined ? undefined : { coding: [coding] };
    }
    case 'boolean':
      return node.flag(false);
    case 'decimal':
      return node.count(0);
    case 'code': {
      const code = node.text();
      if (!isBound(target, code)) node.fail('binding', `"${code}" is not in the required value set ${target.codes}`);
      return code;
    }
    case 'string':
    case 'uri':
    case 'canonical':
    case 'markdown':
      return node.text();
    default:
      node.fail('type', `cannot set an element of type ${target.type} to a literal`);
      return undefined;
  }
}

/** Whether a code may stand at a target; true where R4 does not bind it or the set is not enumerable. */
export function isBound(target: Target, code: string): boolean {
  return target.codes === undefined || (codesOf(target.codes)?.has(code) ?? true);
}

const CODING = /^([^#]+)#([^#|]+)(?:\|(.+))?$/;

function codingOf(node: Node, vocabulary: Vocabulary): Record<string, string> | undefined {
  const parts = CODING.exec(node.text());
  if (parts?.[1] === undefined || parts[2] === undefined) {
    node.fail('coding', 'expected system#code, or system#code|display');
    return undefined;
  }
  const system = parts[1].includes(':') ? parts[1] : vocabulary.systems.get(parts[1]);
  if (system === undefined) {
    node.fail('coding', `"${parts[1]}" is no code system of terminology/systems.yaml`);
    return undefined;
  }
  return { system, code: parts[2], ...(parts[3] === undefined ? {} : { display: parts[3] }) };
}
