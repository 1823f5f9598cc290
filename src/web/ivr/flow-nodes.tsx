import { Button, Input, Popconfirm, Select, Space, Tag } from 'antd';
import {
  KEYS,
  KIND_ALSO,
  KIND_SAYS,
  KIND_WORDS,
  type Flow,
  type FlowNode,
  type Key,
  type PromptTexts,
} from '../../core/ivr/flow.ts';
import { IVR_TREE, NODE_WORDS } from '../../core/ivr/tree.ts';
import type { Prompt } from '../../protocol/ivr.ts';
import { Says } from './flow-says.tsx';
import { PromptLine } from './prompt-line.tsx';

interface Editing {
  flow: Flow;
  change: (flow: Flow) => void;
  texts: PromptTexts;
  prompts: readonly Prompt[];
  english: readonly Prompt[];
}

/** The tree of one version: at each node what is said and where each key leads. */
export function FlowNodes(editing: Editing) {
  const { flow, change } = editing;
  const add = (kind: 'menu' | 'say') => {
    const free = [...'abcdefghijklmnopqrstuvwxyz'].find(
      (letter) => !flow.nodes.some((one) => one.id === `${kind}-${letter}`),
    );
    if (free === undefined) return;
    const node: FlowNode = {
      ...{
        id: `${kind}-${free}`,
        kind,
        words: kind === 'menu' ? '新菜单' : '新播报',
        says: [],
        then: 'queue',
      },
      keys: kind === 'menu' ? { '0': 'queue' } : {},
    };
    change({ ...flow, nodes: [...flow.nodes, node] });
  };
  return (
    <>
      <div className="tree">
        {flow.nodes.map((node) => (
          <NodeCard key={node.id} node={node} {...editing} />
        ))}
      </div>
      <Space>
        <Button onClick={() => add('menu')}>加一个菜单</Button>
        <Button onClick={() => add('say')}>加一段播报</Button>
      </Space>
    </>
  );
}

function NodeCard({ node, flow, change, texts, prompts, english }: Editing & { node: FlowNode }) {
  const put = (changed: Partial<FlowNode>, more?: Pick<Flow, 'texts'>) =>
    change({
      ...flow,
      ...more,
      nodes: flow.nodes.map((one) => (one.id === node.id ? { ...one, ...changed } : one)),
    });
  const asks = node.kind === 'greeting' || node.kind === 'menu';
  const own = (node.kind === 'menu' && node.id !== 'menu') || node.kind === 'say';
  const targets = flow.nodes
    .filter((one) => one.kind !== 'greeting')
    .map((one) => ({ value: one.id, label: one.words }));
  const free = KEYS.filter((key) => node.keys[key] === undefined);
  const without = (key: Key) => {
    const { [key]: _gone, ...rest } = node.keys;
    put({ keys: rest });
  };
  const heard = new Set([
    ...(node.says.length > 0 ? node.says : KIND_SAYS[node.kind]),
    ...KIND_ALSO[node.kind],
  ]);
  return (
    <section id={`node-${node.id}`} data-node={node.id}>
      <h3>
        {own ? (
          <Input
            aria-label="节点名称"
            className="node-words"
            maxLength={20}
            value={node.words}
            onChange={(event) => put({ words: event.target.value })}
          />
        ) : (
          node.words
        )}{' '}
        <Tag>{KIND_WORDS[node.kind]}</Tag>
        {own && (
          <Popconfirm
            title="删掉这个节点？"
            okText="删掉"
            cancelText="不删"
            onConfirm={() => change({ ...flow, nodes: flow.nodes.filter((one) => one.id !== node.id) })}
          >
            <Button size="small" type="text" danger>
              删掉
            </Button>
          </Popconfirm>
        )}
      </h3>
      {(asks || node.kind === 'say') && (
        <ul className="ways">
          {Object.entries(node.keys).map(([key, to]) => (
            <li key={key} data-key={key}>
              <kbd>{key}</kbd> →{' '}
              <Select
                size="small"
                aria-label={`${node.words}按 ${key} 去哪里`}
                className="target"
                value={to}
                options={targets}
                onChange={(chosen: string) => put({ keys: { ...node.keys, [key]: chosen } })}
              />
              <Button
                size="small"
                type="text"
                aria-label={`去掉按键 ${key}`}
                onClick={() => without(key as Key)}
              >
                ×
              </Button>
            </li>
          ))}
          <li>
            <kbd>{asks ? '不按' : '之后'}</kbd> →{' '}
            <Select
              size="small"
              aria-label={`${node.words}不按键去哪里`}
              className="target"
              {...(node.then === undefined ? {} : { value: node.then })}
              options={targets}
              onChange={(then: string) => put({ then })}
            />
          </li>
          {asks && free.length > 0 && (
            <li>
              <Select
                size="small"
                aria-label={`给${node.words}加按键`}
                className="add-key"
                placeholder="加按键"
                value={null}
                options={free.map((key) => ({ value: key, label: key }))}
                onChange={(key: Key | null) => key && put({ keys: { ...node.keys, [key]: 'queue' } })}
              />
            </li>
          )}
        </ul>
      )}
      {(KIND_SAYS[node.kind].length > 0 || node.kind === 'say' || node.kind === 'hang-up') && (
        <Says
          label={`${node.words}说什么`}
          says={node.says}
          put={(says, more) => put({ says }, more)}
          {...{ flow, change, texts }}
        />
      )}
      <details>
        <summary>听和改语音（{heard.size} 条，所有版本共用）</summary>
        {[...heard].map((name) => {
          const prompt = prompts.find((one) => one.name === name);
          const other = flow.languageKey === null ? undefined : english.find((one) => one.name === name);
          return (
            <div key={name}>
              {prompt && <PromptLine prompt={prompt} />}
              {other && <PromptLine prompt={other} language="en" />}
            </div>
          );
        })}
      </details>
    </section>
  );
}

/** Nodes that every version has as they are: they belong to the queue and to the talk, no key leads away from them. */
const FIXED = ['area', 'area-tell-me', 'queue', 'keep', 'fallback', 'rate'];

export function FixedNodes({ prompts }: { prompts: readonly Prompt[] }) {
  return (
    <>
      <h2>
        每一版都一样的环节 <small className="quiet">等候时按 1 保留位置、按 9 进自助，不随版本改。</small>
      </h2>
      <div className="tree">
        {IVR_TREE.filter((one) => FIXED.includes(one.node)).map((one) => (
          <section key={one.node} id={`fixed-${one.node}`}>
            <h3>{one.words}</h3>
            <ul className="ways">
              {one.ways.map((way) => (
                <li key={way.key + way.to}>
                  <kbd>{way.key || '之后'}</kbd> → {NODE_WORDS[way.to] ?? way.to}
                </li>
              ))}
            </ul>
            {one.prompts.map((name) => {
              const prompt = prompts.find((each) => each.name === name);
              return prompt && <PromptLine key={name} prompt={prompt} />;
            })}
          </section>
        ))}
      </div>
    </>
  );
}
