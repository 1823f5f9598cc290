import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ask } from '../ask.ts';
import { useLanguage } from '../shell/words.ts';
import { fits, type Category, type Choice } from './fits.ts';
import { useDeskWords } from './words.ts';

export function useAnnex(): Category[] {
  const annex = useQuery({
    queryKey: ['annex'],
    queryFn: ({ signal }) => ask<Category[]>('GET', '/api/annex', undefined, signal),
    staleTime: Infinity,
  });
  return annex.data ?? [];
}

/** Category and item of Annex 1, found by numbers, pinyin or words. */
export function Pick({
  category,
  item,
  wrong,
  choose,
}: {
  category: string;
  item: number | null;
  wrong: boolean;
  choose: (category: string, item: number | null) => void;
}) {
  const annex = useAnnex();
  const say = useDeskWords();
  const [language] = useLanguage();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const id = useId();
  const all = annex.flatMap((one) => one.items.map((each): Choice => ({ category: one, item: each })));
  const words = (typed ?? '')
    .toLowerCase()
    .split(/[\s.\-·/]+/)
    .filter(Boolean);
  const found = typed === null ? [] : all.filter((one) => fits(one, words));
  const here = all.find((one) => one.category.code === category && one.item.no === item);
  const nameOf = (one: Choice) =>
    `${one.category.no}-${one.item.no} ${one.category[language]} · ${one.item[language]}`;
  const open = typed !== null;

  function take(one: Choice | undefined): void {
    if (!one) return;
    choose(one.category.code, one.item.no);
    setTyped(null);
  }

  return (
    <div className="pick">
      <input
        id="field-category"
        role="combobox"
        aria-label={say('category')}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && found[at] ? `${id}-${at}` : undefined}
        aria-invalid={wrong}
        autoComplete="off"
        placeholder={say('pickHint')}
        value={typed ?? (here ? nameOf(here) : '')}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (!open) return setTyped('');
            const step = event.key === 'ArrowDown' ? 1 : -1;
            setAt((at + step + Math.max(1, found.length)) % Math.max(1, found.length));
          } else if (event.key === 'Enter' && open && !event.ctrlKey) {
            event.preventDefault();
            take(found[at]);
          } else if (event.key === 'Escape' && open) {
            event.stopPropagation();
            setTyped(null);
          }
        }}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={say('category')} hidden={!open}>
        {found.slice(0, 60).map((one, index) => (
          <li
            key={`${one.category.no}-${one.item.no}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            ref={index === at ? (node) => node?.scrollIntoView({ block: 'nearest' }) : undefined}
            onMouseDown={(event) => {
              event.preventDefault();
              take(one);
            }}
          >
            <b className="figures">
              {one.category.no}-{one.item.no}
            </b>{' '}
            {one.category[language]} · {one.item[language]}
            <small>{one.item.initials}</small>
          </li>
        ))}
        {open && found.length === 0 && (
          <li role="option" aria-selected="false" aria-disabled="true">
            {say('pickNone')}
          </li>
        )}
      </ul>
    </div>
  );
}

/** `1-3`, `2`, `1-4,6`: the items that a row of Annex 1 is about */
export function isAbout(items: string, item: number | null): boolean {
  if (item === null || items === 'all') return true;
  return items.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return item >= from! && item <= to!;
  });
}
