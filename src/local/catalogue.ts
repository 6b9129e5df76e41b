/**
 * What a local run is seeded with: the four dreams of the 2022 campaign that the press named, twelve samples, and
 * fourteen business lines and an app of a partner. Quotas are examples: the campaign's own were not published.
 */

export interface SeedDream {
  readonly id: string
  readonly title: string
  readonly titleEn: string
  readonly summary: string
  readonly quota: number
  readonly sample: boolean
  readonly closed?: boolean
}

const named = (id: string, quota: number, title: string, titleEn: string, summary: string): SeedDream => ({
  id,
  title,
  titleEn,
  summary,
  quota,
  sample: false,
})

const sample = (id: string, quota: number, title: string, titleEn: string, summary: string): SeedDream => ({
  id,
  title,
  titleEn,
  summary,
  quota,
  sample: true,
})

export const seedDreams: readonly SeedDream[] = [
  named(
    'hearing-screening',
    1_000_000,
    '为 10000 名乡村老人提供免费听力筛查',
    'Free hearing tests for 10,000 elderly people in villages',
    '听不清，慢慢就不说话了。让乡村老人在家门口做一次听力筛查。',
  ),
  named(
    'first-careers',
    500_000,
    '给 1000 名乡村学生上职业启蒙课',
    'A first lesson about careers for 1,000 village students',
    '长大想做什么？先让他们看见世界上有哪些工作。',
  ),
  named(
    'young-first-aiders',
    500_000,
    '为孩子们培养 1000 个守护生命的急救员',
    'Training 1,000 first-aiders who keep children safe',
    '黄金四分钟里，身边有一个会急救的人。',
  ),
  named(
    'music-for-deaf-children',
    300_000,
    '支持 300 位听障儿童的音乐康复课',
    'Music rehabilitation lessons for 300 children with hearing loss',
    '用节奏和振动，让听障孩子学会听、学会说。',
  ),
  sample(
    'school-libraries',
    200_000,
    '为 100 所乡村小学建图书角',
    'Reading corners for 100 village schools',
    '每间教室一面书架。',
  ),
  sample(
    'warm-meals',
    200_000,
    '给 500 位独居老人送一年热饭',
    'A year of warm meals for 500 people living alone',
    '每天中午有人敲门。',
  ),
  sample(
    'clear-eyes',
    150_000,
    '为 2000 名山区孩子配第一副眼镜',
    'First glasses for 2,000 mountain children',
    '看清黑板。',
  ),
  sample('mangroves', 150_000, '种下 10000 株红树', 'Planting 10,000 mangroves', '守住一段海岸。'),
  sample(
    'village-clinic',
    100_000,
    '为 50 个村卫生室添置急救箱',
    'First-aid kits for 50 village clinics',
    '最近的一只急救箱。',
  ),
  sample(
    'play-therapy',
    100_000,
    '为 200 名住院儿童开游戏课',
    'Play hours for 200 children in hospital',
    '在病房里也能玩。',
  ),
  sample('guide-dogs', 100_000, '训练 10 只导盲犬', 'Training 10 guide dogs', '十双眼睛。'),
  sample('clean-water', 80_000, '为 30 所学校装净水器', 'Water filters for 30 schools', '一口干净的水。'),
  sample(
    'folk-songs',
    50_000,
    '录下 100 首快要失传的山歌',
    'Recording 100 songs before they are forgotten',
    '趁还有人会唱。',
  ),
  sample(
    'night-lights',
    20_000,
    '给 1000 户山里人家装夜灯',
    'Night lights for 1,000 mountain homes',
    '回家的路亮一点。',
  ),
  sample(
    'first-flower',
    10,
    '十朵小红花就能实现的梦想',
    'A dream that ten flowers make true',
    '试一试：看一个梦想怎样达成。',
  ),
  {
    ...sample(
      'past-dream',
      10_000,
      '一个已经结束的梦想',
      'A dream that is over',
      '它不再收花，只留在这里给人看。',
    ),
    closed: true,
  },
]

/** The campaign in which all of them but the one that is over collect. */
export const seedCampaign = {
  id: 'flowers',
  name: '99 公益日',
  nameEn: '99 Giving Day',
  rules:
    '做一件好事得小红花，小红花只能送给梦想，不能买卖、不能转让。梦想攒够最低执行额度后公示，公示期满获得创新资助；到期没有攒够，收到的小红花全部退回。',
} as const

export interface SeedLine {
  readonly id: string
  readonly name: string
  readonly nameEn: string
  /** `kind`: a quantity of `per` earns `flowers`, at most `capPerDay` a user and day. */
  readonly rules: readonly { kind: string; per: number; flowers: number; capPerDay: number }[]
  readonly mayPledge?: boolean
  /** Whose user ids it speaks of; the platform's unless told otherwise. */
  readonly userIds?: 'platform' | 'own'
}

const line = (
  id: string,
  name: string,
  nameEn: string,
  [per, flowers, capPerDay]: readonly [per: number, flowers: number, capPerDay: number],
): SeedLine => ({ id, name, nameEn, rules: [{ kind: id, per, flowers, capPerDay }] })

/**
 * A line's id is its main act kind. All but the last are first-party: they speak of the platform's user ids. The last
 * speaks of its own, which users link to their account.
 */
export const seedLines: readonly SeedLine[] = [
  line('steps', '运动捐步', 'Steps', [10_000, 1, 3]),
  line('quiz', '每日益答', 'Daily quiz', [1, 1, 5]),
  line('gift', '赠花', 'Gifts', [1, 1, 100]),
  line('meeting', '会议', 'Meetings', [1, 1, 5]),
  { ...line('game', '游戏', 'Games', [1, 1, 20]), mayPledge: true },
  line('low-carbon', '低碳生活', 'Low-carbon living', [100, 1, 5]),
  line('learning', '学习', 'Learning', [30, 1, 5]),
  line('h5', 'H5 互动', 'H5 pages', [1, 1, 10]),
  line('payment', '支付', 'Payments', [1, 1, 10]),
  line('reading', '阅读', 'Reading', [30, 1, 5]),
  line('music', '音乐', 'Music', [5, 1, 5]),
  line('video', '视频', 'Video', [5, 1, 5]),
  line('volunteering', '志愿服务', 'Volunteering', [1, 5, 50]),
  line('checkin', '每日签到', 'Daily check-in', [1, 1, 1]),
  { ...line('partner-app', '伙伴应用', "A partner's app", [1, 1, 20]), userIds: 'own', mayPledge: true },
]
