import { Alert, Button, Space } from 'antd';
import { wordsOf } from './shell/words.ts';

const useElsewhereWords = wordsOf(
  'elsewhere',
  { mine: '用我填的', theirs: '用那边的' },
  { mine: 'Use mine', theirs: 'Use theirs' },
);

/** Another page saved the same thing meanwhile: what was filled in here still stands, and who filled it in decides. */
export function Elsewhere({
  words,
  onMine,
  onTheirs,
}: {
  words: string;
  onMine: () => void;
  onTheirs: () => void;
}) {
  const say = useElsewhereWords();
  return (
    <Alert
      type="warning"
      showIcon
      title={words}
      action={
        <Space>
          <Button size="small" onClick={onMine}>
            {say('mine')}
          </Button>
          <Button size="small" onClick={onTheirs}>
            {say('theirs')}
          </Button>
        </Space>
      }
    />
  );
}
