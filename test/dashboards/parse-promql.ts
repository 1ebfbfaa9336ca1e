import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Aggregation, Binary, Expression, Matcher, Matching } from './promql.ts';

/** Stands for `$__rate_interval`, as long as it, so that places in the text stay. */
const anInterval = '000000000000015s';

/** @throws {Error} where it does not parse, with the place */
export function parsePromql(written: string): Expression {
  const tree = parser.parse(written.replaceAll('$__rate_interval', anInterval));
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw new Error(`does not parse at ${from}, “${written.slice(from, from + 20)}”: ${written}`);
    },
  });
  const [expression] = childrenOf(tree.topNode);
  if (expression === undefined) throw new Error('is empty');
  return convert(expression, written);
}

function convert(node: SyntaxNode, written: string): Expression {
  const text = (of: SyntaxNode): string => written.slice(of.from, of.to);
  const [first, second] = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: Number(text(node)) };
    case 'VectorSelector':
      return { kind: 'selector', metric: text(first ?? node), matchers: matchersOf(node, text) };
    case 'UnaryExpr':
      return { kind: 'number', value: Number(text(node).replaceAll(' ', '')) };
    case 'ParenExpr':
    case 'OffsetExpr':
      return convert(some(first), written);
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return { kind: 'over', body: convert(some(first), written), range: text(some(second)) };
    case 'FunctionCall':
      return { kind: 'call', name: text(some(first)), parts: partsOf(node, written) };
    case 'AggregateExpr':
      return { kind: 'aggregation', name: text(some(first)), ...groupingOf(node, text), parts: partsOf(node, written) };
    case 'BinaryExpr':
      return binary(node, written);
    default:
      throw new Error(`This test does not know what ${node.name} means: ${text(node)}`);
  }
}

function binary(node: SyntaxNode, written: string): Binary {
  const [left, operator, ...rest] = childrenOf(node);
  const text = (of: SyntaxNode): string => written.slice(of.from, of.to);
  const matching = rest.find(({ name }) => name === 'MatchingModifierClause');
  return {
    kind: 'binary',
    operator: text(some(operator)),
    bool: rest.some(({ name }) => name === 'BoolModifier'),
    left: convert(some(left), written),
    right: convert(some(rest.at(-1)), written),
    ...(matching !== undefined && { matching: matchingOf(matching, text) }),
  };
}

type TextOf = (node: SyntaxNode) => string;

function matchingOf(node: SyntaxNode, text: TextOf): Matching {
  const [labels, included] = node.getChildren('GroupingLabels');
  const group = childrenOf(node).find(({ name }) => name === 'GroupLeft' || name === 'GroupRight');
  return {
    kind: node.getChild('On') === null ? 'ignoring' : 'on',
    labels: labelNames(labels, text),
    included: labelNames(included, text),
    ...(group !== undefined && { group: group.name === 'GroupLeft' ? 'group_left' : 'group_right' }),
  };
}

function groupingOf(node: SyntaxNode, text: TextOf): Pick<Aggregation, 'grouping'> {
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) return {};
  const labels = labelNames(modifier.getChild('GroupingLabels') ?? undefined, text);
  return { grouping: { kind: modifier.getChild('By') === null ? 'without' : 'by', labels } };
}

function matchersOf(node: SyntaxNode, text: TextOf): readonly Matcher[] {
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return matchers.map((matcher) => {
    const [label, operator, value] = childrenOf(matcher).map(text);
    return { label: some(label), operator: some(operator), value: String(JSON.parse(some(value))) };
  });
}

function partsOf(node: SyntaxNode, written: string): readonly Expression[] {
  const body = node.getChild('FunctionCallBody');
  return body === null ? [] : childrenOf(body).map((part) => convert(part, written));
}

function labelNames(node: SyntaxNode | undefined, text: TextOf): readonly string[] {
  return node?.getChildren('LabelName').map(text) ?? [];
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function some<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new Error('This test expected another shape of the tree');
  return item;
}
