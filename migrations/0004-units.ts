// Why: work orders go to units, and who covers which district is the utility's to say.
import type { Knex } from 'knex';

/** The units and districts of the rule book (HOTLINE, "Units"); an administrator edits them. `code` is ours and stays. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table districts (
      id    bigint generated always as identity primary key,
      name  text collate "C" not null unique
    );
    create table units (
      id         bigint generated always as identity primary key,
      code       text collate "C" not null unique,
      name       text collate "C" not null unique,
      kind       text collate "C" not null check (kind in
                   ('service-centre', 'card-meter', 'sales', 'network', 'water-quality', 'production', 'branch')),
      disabled   boolean not null default false
    );
    create table unit_districts (
      unit_id      bigint not null references units,
      district_id  bigint not null references districts,
      primary key (unit_id, district_id)
    );
    comment on table unit_districts is 'which unit of a kind covers a district; a unit without a row covers all';
    alter table people add column unit_id bigint references units;

    insert into districts (name) values
      ('兴庆区'), ('金凤区'), ('西夏区'), ('永宁'), ('贺兰'), ('灵武'), ('河东');
    insert into units (code, name, kind) values
      ('service-centre', '客户服务中心', 'service-centre'),
      ('card-repair', 'IC卡营销所维修中心（卡表中心）', 'card-meter'),
      ('card-office', '卡表所', 'card-meter'),
      ('sales-xingqing', '兴庆区营销公司', 'sales'),
      ('sales-jinfeng', '金凤区营销所', 'sales'),
      ('sales-xixia', '西夏区营销所', 'sales'),
      ('network-xingqing', '兴庆区管网维护中心', 'network'),
      ('network-jinfeng', '金凤区管网维修', 'network'),
      ('network-xixia', '西夏区管网维修', 'network'),
      ('water-quality', '水质科', 'water-quality'),
      ('production', '制水公司', 'production'),
      ('branch-yongning', '永宁分公司', 'branch'),
      ('branch-helan', '贺兰分公司', 'branch'),
      ('branch-lingwu', '灵武分公司', 'branch'),
      ('branch-hedong', '河东分公司', 'branch');
    insert into unit_districts (unit_id, district_id)
      select u.id, d.id from units u join districts d on
        (u.code in ('sales-xingqing', 'network-xingqing', 'water-quality') and d.name = '兴庆区') or
        (u.code in ('sales-jinfeng', 'network-jinfeng') and d.name = '金凤区') or
        (u.code in ('sales-xixia', 'network-xixia') and d.name = '西夏区') or
        (u.code = 'branch-yongning' and d.name = '永宁') or
        (u.code = 'branch-helan' and d.name = '贺兰') or
        (u.code = 'branch-lingwu' and d.name = '灵武') or
        (u.code = 'branch-hedong' and d.name = '河东');
  `);
}
