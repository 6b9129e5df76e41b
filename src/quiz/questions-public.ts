import type { Question } from './questions.ts'

/** The environment, volunteering, charity and its law. */
export const publicQuestions: readonly Question[] = [
  {
    id: 'waste-thermometer',
    text: [
      '按生活垃圾四分类，水银体温计属于哪一类？',
      'Of the four kinds of household waste, which is a mercury thermometer?',
    ],
    choices: [
      ['可回收物', 'Recyclable'],
      ['有害垃圾', 'Hazardous'],
      ['厨余垃圾', 'Kitchen waste'],
      ['其他垃圾', 'Other'],
    ],
    right: 1,
    because: [
      '水银就是汞，有毒，要包好单独投放到有害垃圾。',
      'Mercury is poisonous: wrap it well and put it apart with the hazardous waste.',
    ],
  },
  {
    id: 'waste-tissue',
    text: ['用过的餐巾纸属于哪一类生活垃圾？', 'Which kind of household waste is a used paper napkin?'],
    choices: [
      ['可回收物', 'Recyclable'],
      ['厨余垃圾', 'Kitchen waste'],
      ['其他垃圾', 'Other'],
    ],
    right: 2,
    because: [
      '它遇水就烂、沾了脏污，不能再做成纸，属于其他垃圾。',
      'It falls apart when wet and is soiled: no paper can be made of it again.',
    ],
  },
  {
    id: 'environment-day',
    text: ['世界环境日是哪一天？', 'When is World Environment Day?'],
    choices: [
      ['3 月 12 日', '12 March'],
      ['4 月 22 日', '22 April'],
      ['6 月 5 日', '5 June'],
    ],
    right: 2,
    because: [
      '世界环境日是 6 月 5 日；3 月 12 日是植树节，4 月 22 日是地球日。',
      'It is 5 June; 12 March is China’s Arbor Day and 22 April is Earth Day.',
    ],
  },
  {
    id: 'water-day',
    text: ['世界水日是哪一天？', 'When is World Water Day?'],
    choices: [
      ['3 月 22 日', '22 March'],
      ['7 月 11 日', '11 July'],
      ['9 月 16 日', '16 September'],
    ],
    right: 0,
    because: [
      '世界水日是 3 月 22 日；7 月 11 日是世界人口日，9 月 16 日是国际保护臭氧层日。',
      'It is 22 March; 11 July is World Population Day and 16 September is for the ozone layer.',
    ],
  },
  {
    id: 'carbon-goals',
    text: [
      '中国宣布力争在哪两个时间前碳达峰、碳中和？',
      'By when does China strive to peak and to neutralise its carbon emissions?',
    ],
    choices: [
      ['2025 年前、2035 年前', 'Before 2025 and before 2035'],
      ['2030 年前、2060 年前', 'Before 2030 and before 2060'],
      ['2050 年前、2100 年前', 'Before 2050 and before 2100'],
    ],
    right: 1,
    because: [
      '2020 年宣布：力争 2030 年前碳达峰，努力争取 2060 年前碳中和。',
      'Announced in 2020: a peak before 2030, neutrality before 2060.',
    ],
  },
  {
    id: 'yangtze-ban',
    text: [
      '长江重点水域从哪一年起实行“十年禁渔”？',
      'Since which year is fishing banned for ten years in the key waters of the Yangtze?',
    ],
    choices: [
      ['2011 年', '2011'],
      ['2016 年', '2016'],
      ['2021 年', '2021'],
    ],
    right: 2,
    because: [
      '自 2021 年 1 月 1 日起，长江重点水域暂定常年禁捕十年，让鱼群休养。',
      'From 1 January 2021, for ten years at first, so that the fish recover.',
    ],
  },
  {
    id: 'food-waste',
    text: [
      '据联合国环境规划署，食物损失与浪费约占全球温室气体排放的多少？',
      'By UNEP’s count, how much of all greenhouse gas comes from food that is lost or wasted?',
    ],
    choices: [
      ['不到 1%', 'Less than 1%'],
      ['8% 到 10%', '8 to 10%'],
      ['40% 以上', 'More than 40%'],
    ],
    right: 1,
    because: [
      '约 8% 到 10%：少剩一口饭，也是减碳。',
      'About 8 to 10%: a plate that is emptied saves carbon too.',
    ],
  },
  {
    id: 'panda-status',
    text: [
      '大熊猫 2016 年在世界自然保护联盟红色名录中调整为哪一级？',
      'To which level of the IUCN Red List was the giant panda moved in 2016?',
    ],
    choices: [
      ['无危', 'Least concern'],
      ['易危', 'Vulnerable'],
      ['野外灭绝', 'Extinct in the wild'],
    ],
    right: 1,
    because: [
      '由“濒危”调为“易危”：保护有效，但仍需继续。',
      'From endangered to vulnerable: protection works, and must go on.',
    ],
  },
  {
    id: 'summer-26',
    text: [
      '国家要求公共建筑夏季空调温度不低于多少度？',
      'In summer, public buildings in China may usually not cool below what?',
    ],
    choices: [
      ['20℃', '20 °C'],
      ['23℃', '23 °C'],
      ['26℃', '26 °C'],
    ],
    right: 2,
    because: [
      '夏季不低于 26℃、冬季不高于 20℃，既舒适又省电。',
      'No lower than 26 °C in summer, no higher than 20 °C in winter: comfort at less power.',
    ],
  },
  {
    id: 'volunteer-day',
    text: ['国际志愿者日是哪一天？', 'When is International Volunteer Day?'],
    choices: [
      ['3 月 5 日', '5 March'],
      ['10 月 1 日', '1 October'],
      ['12 月 5 日', '5 December'],
    ],
    right: 2,
    because: [
      '国际志愿者日是 12 月 5 日；3 月 5 日是学雷锋纪念日和中国青年志愿者服务日。',
      'It is 5 December; 5 March is the day of young volunteers in China.',
    ],
  },
  {
    id: 'volunteer-meaning',
    text: [
      '《志愿服务条例》说，志愿服务最根本的是什么？',
      'What makes service voluntary by China’s regulations?',
    ],
    choices: [
      ['自愿、无偿', 'Free will and no pay'],
      ['统一着装', 'A uniform'],
      ['满一定时长', 'A number of hours'],
    ],
    right: 0,
    because: [
      '条例第二条：志愿服务是自愿、无偿向社会或者他人提供的公益服务。',
      'Article 2: it is given of one’s own free will, and for nothing.',
    ],
  },
  {
    id: 'volunteer-record',
    text: [
      '志愿者要开志愿服务记录证明，组织可以怎样？',
      'A volunteer asks for a record of their service. What does the organisation do?',
    ],
    choices: [
      ['收一点工本费', 'Charge a small fee'],
      ['无偿、如实出具', 'Issue it truthfully and for free'],
      ['多写一些时长', 'Add some hours'],
    ],
    right: 1,
    because: [
      '《志愿服务条例》要求无偿、如实出具，时长不能多写。',
      'The regulations ask for a truthful record at no charge.',
    ],
  },
  {
    id: 'child-photo',
    text: [
      '志愿者想公开受助儿童的照片，先要怎样？',
      'A volunteer wants to publish a photo of a child that was helped. What comes first?',
    ],
    choices: [
      ['征得孩子和监护人同意', 'The consent of the child and the guardian'],
      ['先发出去，再告诉他们', 'Publish, then tell them'],
      ['配上真实姓名更可信', 'Add the real name, to be believed'],
    ],
    right: 0,
    because: [
      '受助者的尊严和隐私在先；孩子的信息更要特别保护。',
      'Dignity and privacy come first, and a child’s data are protected the more.',
    ],
  },
  {
    id: 'charity-day',
    text: ['“中华慈善日”是哪一天？', 'When is China Charity Day?'],
    choices: [
      ['5 月 8 日', '8 May'],
      ['9 月 5 日', '5 September'],
      ['9 月 9 日', '9 September'],
    ],
    right: 1,
    because: [
      '慈善法规定每年 9 月 5 日为“中华慈善日”，也是联合国的国际慈善日。',
      'By the Charity Law it is 5 September, the United Nations’ Day of Charity too.',
    ],
  },
  {
    id: 'charity-law-new',
    text: [
      '修改后的《中华人民共和国慈善法》哪年起施行？',
      'Since which year is the amended Charity Law of China in force?',
    ],
    choices: [
      ['2016 年', '2016'],
      ['2020 年', '2020'],
      ['2024 年', '2024'],
    ],
    right: 2,
    because: [
      '慈善法 2016 年施行，修改后的自 2024 年 9 月 5 日起施行。',
      'The law is of 2016; as amended it has been in force since 5 September 2024.',
    ],
  },
  {
    id: 'public-fundraising',
    text: ['谁可以开展公开募捐？', 'Who may raise funds from the public in China?'],
    choices: [
      ['任何热心的个人', 'Anyone with a good heart'],
      ['任何注册的公司', 'Any registered company'],
      ['取得公开募捐资格的慈善组织', 'Charities with a public fundraising permit'],
    ],
    right: 2,
    because: [
      '慈善法规定只有取得公开募捐资格的慈善组织可以公开募捐，捐前可在“慈善中国”查。',
      'The Charity Law leaves it to charities with that permit; the Charity China site lists them.',
    ],
  },
  {
    id: 'personal-help',
    text: [
      '个人因病在网上发布求助信息，真实性由谁负责？',
      'Someone asks for help online because of an illness. Who answers for its truth?',
    ],
    choices: [
      ['求助人和信息发布人', 'Who asks and who publishes it'],
      ['捐款的人', 'Those who give'],
      ['没有人负责', 'Nobody'],
    ],
    right: 0,
    because: [
      '慈善法要求求助人和信息发布人对真实性负责，不得虚构、隐瞒来骗取救助。',
      'The Charity Law holds both to the truth, and forbids making things up or hiding them.',
    ],
  },
  {
    id: 'donation-receipt',
    text: ['向慈善组织捐款后，可以要求得到什么？', 'What may a donor to a charity ask for?'],
    choices: [
      ['捐赠票据', 'A donation receipt'],
      ['一份等价的礼物', 'A gift of the same worth'],
      ['三年后退款', 'The money back after three years'],
    ],
    right: 0,
    because: [
      '慈善组织接受捐赠应当开具捐赠票据，凭它还可以抵扣个税。',
      'A charity has to issue one; with it the donation counts for income tax too.',
    ],
  },
  {
    id: 'tax-30',
    text: [
      '个人通过慈善组织捐赠，最多一般可按应纳税所得额的多少扣除？',
      'Up to which part of taxable income can a person’s donation to a charity usually be deducted in China?',
    ],
    choices: [
      ['3%', '3%'],
      ['12%', '12%'],
      ['30%', '30%'],
    ],
    right: 2,
    because: [
      '个人所得税法：未超过应纳税所得额 30% 的部分可以扣除；企业是利润总额的 12%。',
      'By the law on individual income tax it is 30%; for companies it is 12% of profit.',
    ],
  },
]
