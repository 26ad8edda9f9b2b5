import type { SectionBlock } from '@slack/types';
import { Element } from '../elements/element.tsx';
import { inOrder } from '../text/in-order.tsx';
import { Text } from '../text/text.tsx';
import { SmallImage } from './image.tsx';

export function SectionBlockView({ block, blockId }: { block: SectionBlock; blockId: string }) {
  const { accessory } = block;
  return (
    <div className="section">
      <div className="section-text">
        {block.text && <Text value={block.text} />}
        {block.fields && (
          <div className="fields">
            {inOrder(block.fields, (field) => (
              <div>
                <Text value={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className="accessory">
          {accessory.type === 'image' ? (
            <SmallImage image={accessory} className="accessory-image" />
          ) : (
            <Element element={accessory} place={{ blockId, dispatches: true }} />
          )}
        </div>
      )}
    </div>
  );
}
