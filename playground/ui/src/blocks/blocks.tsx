import type { ContextBlock, KnownBlock } from '@slack/types';
import { memo } from 'react';
import { Element } from '../elements/element.tsx';
import { inOrder } from '../text/in-order.tsx';
import { parseMarkdown } from '../text/markdown.ts';
import { ProseView } from '../text/prose-view.tsx';
import { parseRichText } from '../text/rich-text.ts';
import { plainText, Text } from '../text/text.tsx';
import { ImageBlockView, SmallImage } from './image.tsx';
import { InputBlockView } from './input.tsx';
import { PlanBlockView, TaskCardView } from './plan.tsx';
import { SectionBlockView } from './section.tsx';
import { DataTableBlockView, TableBlockView } from './table.tsx';

const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className="prose">
      <ProseView prose={parseMarkdown(text)} />
    </div>
  );
});

function ContextBlockView({ block }: { block: ContextBlock }) {
  return (
    <div className="context">
      {inOrder(block.elements, (element) =>
        element.type === 'image' ? (
          <SmallImage image={element} className="context-image" />
        ) : (
          <div>
            <Text value={element} />
          </div>
        ),
      )}
    </div>
  );
}

/** One block of Block Kit. A kind that the page does not know says so instead of vanishing. */
function BlockView({ block, blockId }: { block: KnownBlock; blockId: string }) {
  switch (block.type) {
    case 'section':
      return <SectionBlockView block={block} blockId={blockId} />;
    case 'header':
      return <h3 className="header">{plainText(block.text.text)}</h3>;
    case 'divider':
      return <hr className="divider" />;
    case 'context':
      return <ContextBlockView block={block} />;
    case 'actions':
    case 'context_actions':
      return (
        <div className={block.type === 'actions' ? 'actions' : 'context-actions'}>
          {block.elements.map((element, index) => (
            <Element
              key={element.action_id ?? index}
              element={element}
              place={{ blockId, dispatches: true }}
            />
          ))}
        </div>
      );
    case 'image':
      return <ImageBlockView block={block} />;
    case 'input':
      return <InputBlockView block={block} blockId={blockId} />;
    case 'rich_text':
      return (
        <div className="prose">
          <ProseView prose={parseRichText(block)} />
        </div>
      );
    case 'markdown':
      return <Markdown text={block.text} />;
    case 'table':
      return <TableBlockView block={block} />;
    case 'data_table':
      return <DataTableBlockView block={block} />;
    case 'task_card':
      return <TaskCardView task={block} />;
    case 'plan':
      return <PlanBlockView block={block} />;
    case 'alert':
      return (
        <div className="alert" data-level={block.level ?? 'default'} role="note">
          <Text value={block.text} />
        </div>
      );
    default:
      return <p className="unknown">This page does not draw a “{block.type}” block yet.</p>;
  }
}

/** The blocks of a message or view, in order. The server gives every block an id; without one the position is it. */
export function Blocks({ blocks }: { blocks: readonly KnownBlock[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => {
        const blockId = block.block_id ?? String(index);
        return <BlockView key={blockId} block={block} blockId={blockId} />;
      })}
    </div>
  );
}
