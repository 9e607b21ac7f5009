import type { Datastores } from './datastores.ts';
import { requireShape } from './shape.ts';
import { shapes } from './shapes.ts';

type Input = Record<string, unknown>;
interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** TagResource, UntagResource and ListTagsForResource over the data stores. */
export function tagOperations(datastores: Datastores): Record<string, (input: Input) => unknown> {
  const of = (input: Input) => {
    const row = datastores.require(String(input['ResourceARN']).split('/').at(-1) ?? '');
    return { id: row.id, tags: JSON.parse(row.tags) as Tag[] };
  };
  return {
    ListTagsForResource(input) {
      requireShape(shapes.listTags, input);
      return { Tags: of(input).tags };
    },
    TagResource(input) {
      requireShape(shapes.tag, input);
      const { id, tags } = of(input);
      const added = input['Tags'] as Tag[];
      const kept = tags.filter((tag) => added.every((other) => other.Key !== tag.Key));
      datastores.setTags(id, [...kept, ...added]);
      return {};
    },
    UntagResource(input) {
      requireShape(shapes.untag, input);
      const { id, tags } = of(input);
      const keys = input['TagKeys'] as string[];
      datastores.setTags(
        id,
        tags.filter((tag) => !keys.includes(tag.Key)),
      );
      return {};
    },
  };
}
