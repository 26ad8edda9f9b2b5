import type { ReactNode } from 'react';
import { displayName, useDirectory } from '../workspace/directory.tsx';
import { inOrder } from './in-order.tsx';
import type { Inline, Prose } from './prose.ts';

/** Only these may be followed: text comes from files and models, and `javascript:` is an address too. */
const SAFE_ADDRESS = /^(?:https?:|mailto:)/i;

function Mention({ id, label }: { id: string; label?: string | undefined }) {
  const { users, actor } = useDirectory();
  const user = users.find((other) => other.id === id);
  const className = id === actor.id ? 'mention mention-me' : 'mention';
  return <span className={className}>@{user ? displayName(user) : (label ?? id)}</span>;
}

function ChannelLink({ id, label }: { id: string; label?: string | undefined }) {
  const { channels, openChannel } = useDirectory();
  const channel = channels.find((other) => other.id === id);
  if (!channel) return <span className="mention">#{label ?? id}</span>;
  return (
    <button type="button" className="mention" onClick={() => openChannel(id)}>
      #{channel.name}
    </button>
  );
}

function InlineNode({ node }: { node: Inline }): ReactNode {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'strong':
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      );
    case 'code':
      return <code>{node.text}</code>;
    case 'link':
      if (!SAFE_ADDRESS.test(node.url)) return <Inlines nodes={node.children} />;
      return (
        <a href={node.url} target="_blank" rel="noreferrer noopener">
          <Inlines nodes={node.children} />
        </a>
      );
    case 'user':
      return <Mention id={node.id} label={node.label} />;
    case 'channel':
      return <ChannelLink id={node.id} label={node.label} />;
    case 'broadcast':
      return <span className="mention mention-me">@{node.range}</span>;
    case 'emoji':
      return (
        <span className="emoji" role="img" aria-label={node.name.replaceAll('_', ' ')}>
          {node.glyph}
        </span>
      );
  }
}

function Inlines({ nodes }: { nodes: readonly Inline[] }) {
  return inOrder(nodes, (node) => <InlineNode node={node} />);
}

function ProseNode({ node }: { node: Prose }): ReactNode {
  switch (node.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines nodes={node.children} />
        </p>
      );
    case 'heading': {
      // Messages live under the page's h1 and h2, so a first-level heading of theirs is an h3.
      const Heading = (['h3', 'h4', 'h5'] as const)[Math.min(node.level, 3) - 1];
      return (
        <Heading>
          <Inlines nodes={node.children} />
        </Heading>
      );
    }
    case 'list': {
      const items = inOrder(node.items, (item) => (
        <li>
          <ProseView prose={item} />
        </li>
      ));
      return node.ordered ? <ol start={node.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return (
        <blockquote>
          <ProseView prose={node.children} />
        </blockquote>
      );
    case 'preformatted':
      return <pre>{node.text}</pre>;
    case 'rule':
      return <hr />;
    case 'table':
      return (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                {inOrder(node.header, (cell, column) => (
                  <th scope="col" data-align={node.alignments[column]}>
                    <Inlines nodes={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {inOrder(node.rows, (row) => (
                <tr>
                  {inOrder(row, (cell, column) => (
                    <td data-align={node.alignments[column]}>
                      <Inlines nodes={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

/** Draws parsed text, whichever of Slack's three notations it came from. */
export function ProseView({ prose }: { prose: readonly Prose[] }) {
  return inOrder(prose, (node) => <ProseNode node={node} />);
}
