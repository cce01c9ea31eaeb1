BEGIN TRANSACTION;
CREATE TABLE ballot (
	meeting VARCHAR(12) NOT NULL, 
	poll VARCHAR(80) NOT NULL, 
	voter VARCHAR(64) NOT NULL, 
	choice TEXT NOT NULL, 
	pair VARCHAR(64) NOT NULL, 
	sequence BIGINT NOT NULL, 
	PRIMARY KEY (meeting, poll, voter)
)
 WITHOUT ROWID

;
INSERT INTO "ballot" VALUES('VERT','dabord-avant','09fd215273fe1aa4da03898a82c4ccc84f8cc05ced221dd3ced28f70a32bc662','["besoins"]','aebef56d0e75952a1960f4133b161c46005c886f011095f656d81a3888c28d55',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','193b92f5635dd8f74f56a7bafd1400bd7e95504fea40d6789b1e84b178f63e6e','["autre"]','b125b0afbaccefbae54ebfaa75edbcd585e8bb3b7f1465f2e2a4da904d2e5113',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','4a6c512f1743573b31d321c63e8271f340556050e0aa803a46d34e90ceb27df8','["deux"]','76dce927dd3f18d070be81cfb6a2b9d23384d94f8e6c6d596da79db74edffe8b',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','636393f2d305f105aec02be843265db360a4e2849e960eac0574acad83764d7f','["deux"]','8237da25f2a13cac1324a67ae566056fb47b017f101cfce4799c919658b665e7',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','6ccafbd1a1fc88f36f745b743d1d5061efeeeceac5448cd73afd48e084a4c5b5','["local"]','60db6b8ea16776eb8eada9a90787565697988d0872f18bd232afaf55bd967467',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','7ba51233164bcac18f2fe9c7e06f8cd5763408b0bf840f31290d601f761ef1fc','["local"]','09392500d5b4fc4236d36267740de47b0dfe73dd06b8f45be38a5d8d80db68c2',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','80ab0f3f716eea7b4e0bb492e203d97f630926cb36b0ed101ef315a7c1dc3c70','["autre"]','5448dc1fb91ad6d4eb92f465b298414517fd6078b568c2baab4a9ce05e475512',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','8edec8efba89e49e495ec79f376b04f9ce3b177d9b3921669a04c50789aa211f','["besoins"]','d9ed5203df4caeb5032f7a59b24f05f5be48fba936c9285969bd18c74a332538',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','9368d7956ce7035fd5f250f738e32bdae1a4df62de02ba0f64e9406cb2142c28','["besoins"]','55fa9c438ba54e36857847da10d0646c3c351da13bc5eeefeabeca789bab046a',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','9dda6064f40f359a26bcd030fb605bac57f073ddb5c07e2eb988535d1510bfa9','["sans-avis"]','0db1ce10de56f2ea9e7b19b5172915851c7a8291ea6d7209c77a6538d8a362cf',1);
INSERT INTO "ballot" VALUES('VERT','dabord-avant','fc3db06536652e7e1f24d5d3d645814bac5e4fb63c68dac6fb81e877936fd455','["sans-avis"]','32dbd5de216635aa4da3cad7ed3ae9bc9d01b5cfe6302291fb6cc835c2597f23',1);
CREATE TABLE device (
	meeting VARCHAR(12) NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	PRIMARY KEY (meeting, device)
)
 WITHOUT ROWID

;
INSERT INTO "device" VALUES('CLOS','0e7734f67f16bbfd9dbe0e2a6f01dd851d82d179a95efea3f9b641d0eb4b7c20');
INSERT INTO "device" VALUES('CLOS','2852811b7e3efe7d397d17611176dc555803d126c46f4e3303f28a64e02b73cc');
INSERT INTO "device" VALUES('CLOS','3d2376bb9a4a393c8f31e542183fa55a1b7fff67c259b6364692e47938f072a6');
INSERT INTO "device" VALUES('CLOS','3ee6c90f7edf3778f47bcf69dff69d7081a814e3e9ed2fd8bf29740834034a47');
INSERT INTO "device" VALUES('CLOS','40039824315be537cec7cf5c6d0b71eef96b7d3ff22a6dc1d35769ff52ee23fa');
INSERT INTO "device" VALUES('CLOS','4ddb775cd2e5b5ad562a01910a2636f2cb24fff055e3ca1090937766d559924d');
INSERT INTO "device" VALUES('CLOS','5b11bb2bfed4a4ce8fdfc3c3b7a4807a04266b8ec4319433a00c0c4c713cafb8');
INSERT INTO "device" VALUES('CLOS','62b4e175137a8925bace6826f02a5a1455b0401552ed71b7ea0eb2b2524fd9ae');
INSERT INTO "device" VALUES('CLOS','6878c0b83aa35f89bf22d0d8ea324705e4f7a54a294aa05053ed1da40958c941');
INSERT INTO "device" VALUES('CLOS','72074e4382765d87b0ea3f1984f0cafa758f7cc79456cb2a2de1390233c0004a');
INSERT INTO "device" VALUES('CLOS','79d3b000680b0523fae8ac52cdf76b8e7e5340b6eb8409476ae9be23465c478d');
INSERT INTO "device" VALUES('CLOS','90b45aee1a06ece3f520b43642cb60e162a9adbf67d728719e0d5c5a7766d6f8');
INSERT INTO "device" VALUES('CLOS','a335fd02bdd1bf91bb215020bec72d11c7048b9a6feeeaa43351da89b122010e');
INSERT INTO "device" VALUES('CLOS','ae4c4aa5bca9b2ccd7414daf5c4e2bbac645b5d8e474b2f0c177ee8b87fdaf13');
INSERT INTO "device" VALUES('CLOS','b962c075a584200064b20739d126344bb4872a1ad25c01fd0a087e433376791a');
INSERT INTO "device" VALUES('CLOS','bdfa1d7320229c3552a80a8c283110bba4bfc6aade300f3296bc346620430d90');
INSERT INTO "device" VALUES('CLOS','c50962fdc3e2d4e2174041422b112f822f603ca779645acf8131b5f137a6df3d');
INSERT INTO "device" VALUES('CLOS','ca007ae70ee676c966916c6e4f5c2b22bd306ef2b274bb55d379cf9697fa34e3');
INSERT INTO "device" VALUES('CLOS','ca3c660dea9a6fc23493c93908548f859d601eacf720f50b5eb94bfea958de58');
INSERT INTO "device" VALUES('CLOS','d2d1b413766dc8e3f7468a7776e0636e088bcc49c8056112692409f26f564ebe');
INSERT INTO "device" VALUES('CLOS','e0b9e527de7b47cb47288c72afc9b6c5039a5bcc92c5b87d6914207718e1d6a4');
INSERT INTO "device" VALUES('CLOS','f7fe4400ea00b1231579467097c2c1091d2f7a52a8c1c9683e15a9626960b6e5');
INSERT INTO "device" VALUES('CLOS','fb6ed4961f694ae6c09e503c8e3a59f1c2573cb5f922026967b2f0d7673418a7');
INSERT INTO "device" VALUES('VERT','12240477c1d3f2223931d36da690289e54135a2ac104817877b60fac4ee94fd0');
INSERT INTO "device" VALUES('VERT','3372ff512f30f723842c6612665bafab0e7c7b52e6e0af557325c623936693fe');
INSERT INTO "device" VALUES('VERT','3a6232b75a4832a2e6b984043dd544ca20f1b6e045607ff9129b3e2325934d93');
INSERT INTO "device" VALUES('VERT','3bc7546116b336503045abc0967160a9b2e875ba434446fd64cb7705436e220c');
INSERT INTO "device" VALUES('VERT','4254788ee7c32464318c88e3a9defebd529fa02fdec05b140cad640190148a15');
INSERT INTO "device" VALUES('VERT','504c6bb0d9ba4dc1f2b6c53162fac371e2f0cc29d799ae77994494987e293f5d');
INSERT INTO "device" VALUES('VERT','8747810e8694de29f4ef9f342383312289258a9dcff0ecf5ef14bed5cdf99c3c');
INSERT INTO "device" VALUES('VERT','a50b33690fb167b61dcae8dd8570b21ef7a6b9ee115d827ee91a374350bde5f9');
INSERT INTO "device" VALUES('VERT','b2e62972c96fe40de7fdabd71b0cb21fa306e88ccb8bd247191c41e17886d198');
INSERT INTO "device" VALUES('VERT','db25cc2b2abcab21cdc483c60a2872bf1fa1ab16502473fffb72dd320c51f854');
INSERT INTO "device" VALUES('VERT','e183e21c1a007deaf7d9e7bb6b9024a9516a7f5de55f4b383f388ef394440c24');
CREATE TABLE event (
	position INTEGER NOT NULL, 
	meeting VARCHAR(12) NOT NULL, 
	version INTEGER NOT NULL, 
	at FLOAT NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	body TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	PRIMARY KEY (position), 
	UNIQUE (meeting, version)
);
INSERT INTO "event" VALUES(1,'CLOS',1,1796751007.55,'MeetingOpened','{"revision": 1, "run_sheet_sha256": "8d6c2d318cf8aed970cd510cd17f1891dbfb37d5a030f4b0bc6c3a16c1cbb067", "territory": "grenoble-alpes-metropole"}','49caab82823962186427982c1f00d069d2f9adac7784a25bd6f53e490c593319');
INSERT INTO "event" VALUES(2,'CLOS',2,1796751014.85,'PresenceCounted','{"people": 60}','3ed64fdc4e361d6b13b486b3c8c574ed1ae4721f169b796f44c4bcc5bf799fad');
INSERT INTO "event" VALUES(3,'CLOS',3,1.79675102214999985695e+09,'StepShown','{"seconds": 300, "step": "avis-avant"}','b80dcca2cf167fbccc8e08e82cfaf65db38bad7932ffe893c0c62d16fedb1212');
INSERT INTO "event" VALUES(4,'CLOS',4,1.79675102944999980927e+09,'QuestionOpened','{"improvised": false, "poll": "dabord-avant", "question": {"channels": ["phone", "hands", "paper"], "hidden_until": "shown", "id": "dabord-avant", "max_choices": 1, "method": "single", "options": [{"id": "besoins", "label": {"en": "reduce its needs", "fr": "réduire ses besoins"}, "role": ""}, {"id": "local", "label": {"en": "produce more locally", "fr": "produire plus localement"}, "role": ""}, {"id": "deux", "label": {"en": "both equally", "fr": "les deux à parts égales"}, "role": ""}, {"id": "autre", "label": {"en": "something else", "fr": "autre"}, "role": ""}, {"id": "sans-avis", "label": {"en": "no opinion", "fr": "sans avis"}, "role": "no_opinion"}], "order": "as_written", "pair": "dabord-avant", "pairs_with": "", "title": {"en": "Within twenty years, our territory must first…", "fr": "Dans les vingt ans, notre territoire doit d’abord…"}, "who": ["citizen", "elected", "officer", "press"]}}','5dc0c18648fa4b9ea078d12f8b5e1551e9618979ba1829fa677d88b946424b56');
INSERT INTO "event" VALUES(5,'CLOS',5,1.79675103674999976158e+09,'DecisionNoted','{"digest": "abf651c5211f0669522859fbd493ba76c174d2dc585e6d902524e1484e08c9ef", "step": "avis-avant", "text": "249ae639feeaed81"}','ad2f84eb06469a2b6aba9641d899f15e15efce26689c244500cefcd961afae92');
INSERT INTO "event" VALUES(6,'CLOS',6,1.79675104404999971385e+09,'QuestionClosed','{"poll": "dabord-avant", "tally": {"ballots": 23, "blank": 0, "by_channel": {"hands": 0, "paper": 0, "phone": 23}, "counts": {"autre": 4, "besoins": 5, "deux": 5, "local": 5, "sans-avis": 4}, "counts_by_channel": {"hands": {"autre": 0, "besoins": 0, "deux": 0, "local": 0, "sans-avis": 0}, "paper": {"autre": 0, "besoins": 0, "deux": 0, "local": 0, "sans-avis": 0}, "phone": {"autre": 4, "besoins": 5, "deux": 5, "local": 5, "sans-avis": 4}}, "method": "single", "trace": {"rule": "plurality", "tie": true}, "winners": ["besoins", "local", "deux"]}}','51380e72981cbfba8b89b7f15e095c626553e5059c9575abbb898f112ef9c189');
INSERT INTO "event" VALUES(7,'CLOS',7,1.79675105134999966625e+09,'ResultShown','{"poll": "dabord-avant"}','87ecd5e6b5b092d433c53acba068781071dc4432591ea2f690b8aaff164f7701');
INSERT INTO "event" VALUES(8,'CLOS',8,1.79675105864999961856e+09,'QuestionSealed','{"merkle_root": "54b655622580f3155368f668e2ec1d3f35fc146236d45b825d4ad546eb38062f", "paired": null, "poll": "dabord-avant", "present": 60, "tally": {"ballots": 23, "blank": 0, "by_channel": {"hands": 0, "paper": 0, "phone": 23}, "counts": {"autre": 4, "besoins": 5, "deux": 5, "local": 5, "sans-avis": 4}, "counts_by_channel": {"hands": {"autre": 0, "besoins": 0, "deux": 0, "local": 0, "sans-avis": 0}, "paper": {"autre": 0, "besoins": 0, "deux": 0, "local": 0, "sans-avis": 0}, "phone": {"autre": 4, "besoins": 5, "deux": 5, "local": 5, "sans-avis": 4}}, "method": "single", "trace": {"rule": "plurality", "tie": true}, "winners": ["besoins", "local", "deux"]}}','766b9eda5dc048c170a77a6f799ef22d317965ff34df96ec1c144139e2d61ef7');
INSERT INTO "event" VALUES(9,'CLOS',9,1.79675106594999957083e+09,'MeetingClosed','{"present": 60}','ab6a381d4c3e1c23f7d467a948cd54b503d8f0a14ab6f96931de1d1ab81e74e9');
INSERT INTO "event" VALUES(10,'VERT',1,1.7967510732499995231e+09,'MeetingOpened','{"revision": 1, "run_sheet_sha256": "8d6c2d318cf8aed970cd510cd17f1891dbfb37d5a030f4b0bc6c3a16c1cbb067", "territory": "grenoble-alpes-metropole"}','05d2e3fedc6c2693f32064aedd98a886a5d05dc0bf712db9dba9ac104e62edaa');
INSERT INTO "event" VALUES(11,'VERT',2,1.79675108054999947554e+09,'PresenceCounted','{"people": 40}','00011c93ef99a21bab427209e5eebcbccb2063231f88d29a39a2631d4ecfa6f7');
INSERT INTO "event" VALUES(12,'VERT',3,1.79675108784999942781e+09,'StepShown','{"seconds": 300, "step": "avis-avant"}','8afa1d6c6a23e6716dd7d4164ba5aa86057fd8cf9007c4b723ef5d242f2e14ec');
INSERT INTO "event" VALUES(13,'VERT',4,1.79675109514999938008e+09,'QuestionOpened','{"improvised": false, "poll": "dabord-avant", "question": {"channels": ["phone", "hands", "paper"], "hidden_until": "shown", "id": "dabord-avant", "max_choices": 1, "method": "single", "options": [{"id": "besoins", "label": {"en": "reduce its needs", "fr": "réduire ses besoins"}, "role": ""}, {"id": "local", "label": {"en": "produce more locally", "fr": "produire plus localement"}, "role": ""}, {"id": "deux", "label": {"en": "both equally", "fr": "les deux à parts égales"}, "role": ""}, {"id": "autre", "label": {"en": "something else", "fr": "autre"}, "role": ""}, {"id": "sans-avis", "label": {"en": "no opinion", "fr": "sans avis"}, "role": "no_opinion"}], "order": "as_written", "pair": "dabord-avant", "pairs_with": "", "title": {"en": "Within twenty years, our territory must first…", "fr": "Dans les vingt ans, notre territoire doit d’abord…"}, "who": ["citizen", "elected", "officer", "press"]}}','648c78e01c04ce68fc56c61b5432509382d9a0f018f41c6899693825ccc2311f');
CREATE TABLE free_text (
	id VARCHAR(32) NOT NULL, 
	meeting VARCHAR(12) NOT NULL, 
	salt VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "free_text" VALUES('249ae639feeaed81','CLOS','88a2e3c8b4c8f2afeb80e09300e40f14','La commune publie le budget carbone avant l’été.');
CREATE TABLE meeting (
	code VARCHAR(12) NOT NULL, 
	title TEXT NOT NULL, 
	territory VARCHAR(120) NOT NULL, 
	created_at FLOAT NOT NULL, 
	touched_at FLOAT NOT NULL, 
	PRIMARY KEY (code)
);
INSERT INTO "meeting" VALUES('CLOS','Débat clos','grenoble-alpes-metropole',1796751007.55,1.79675106594999957083e+09);
INSERT INTO "meeting" VALUES('VERT','Débat ouvert','grenoble-alpes-metropole',1.7967510732499995231e+09,1.79675109514999938008e+09);
CREATE TABLE poll (
	meeting VARCHAR(12) NOT NULL, 
	poll VARCHAR(80) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	PRIMARY KEY (meeting, poll)
);
INSERT INTO "poll" VALUES('CLOS','dabord-avant','sealed');
INSERT INTO "poll" VALUES('VERT','dabord-avant','open');
CREATE TABLE receipt (
	meeting VARCHAR(12) NOT NULL, 
	poll VARCHAR(80) NOT NULL, 
	receipt VARCHAR(12) NOT NULL, 
	times INTEGER NOT NULL, 
	PRIMARY KEY (meeting, poll, receipt)
)
 WITHOUT ROWID

;
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','34FD-735G',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','35FA-FC6H',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','3HE4-77XE',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','3RG8-HM7V',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','4X5C-AGJM',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','58DT-KFRN',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','6JS5-654T',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','8NM5-82XK',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','8RD4-XGPX',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','FBF7-NAPQ',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','HMJE-QZCG',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','HTDY-6XP7',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','JE69-HQP2',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','JWCY-3EYN',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','JZNW-V3CZ',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','K4H7-CEE8',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','MZT8-YHYT',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','N3P7-EY75',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','T5K2-5JAA',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','VTYZ-SYRD',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','WGT2-E276',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','XRJ7-X768',1);
INSERT INTO "receipt" VALUES('CLOS','dabord-avant','ZHAN-25MX',1);
CREATE TABLE run_sheet (
	meeting VARCHAR(12) NOT NULL, 
	revision INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	PRIMARY KEY (meeting, revision)
);
INSERT INTO "run_sheet" VALUES('CLOS',1,'# Débat citoyen pour le climat, deux heures, 80 à 150 personnes. À copier et à modifier.
meeting:
  title: {fr: "Débat citoyen pour le climat", en: "Citizens'' climate debate"}
  territory: grenoble-alpes-metropole
  starts: 2026-12-08T18:30+01:00
  ends: 2026-12-08T20:30+01:00
  language: fr
  promise:
    level: concertation
    decides: Le conseil métropolitain
    when: mars 2027
    negotiable: L’ordre des actions, leur rythme, qui est aidé en premier
    not_negotiable: L’objectif de neutralité carbone en 2050, fixé par la loi
steps:
  - id: accueil
    kind: welcome
    minutes: 0
    title: {fr: "Bienvenue", en: "Welcome"}
    text: {fr: "Aucun nom n’est demandé. Sans téléphone, on vote à main levée ou sur papier.", en: "No name is asked. Without a phone, vote by show of hands or on paper."}
    notes: {fr: "Ouvrir les portes quinze minutes avant. Vérifier que l’adresse s’ouvre sur un téléphone. Compter les présents avant de commencer."}
  - id: promesse
    kind: welcome
    minutes: 5
    title: {fr: "Ce que devient votre avis", en: "What becomes of your opinion"}
    notes: {fr: "L’élue ou l’élu lit la promesse à voix haute : niveau de participation, qui décide, quand. La promesse reste à une touche (P)."}
  - id: essai
    kind: vote
    minutes: 5
    question: commune
    title: {fr: "Vote d’essai : d’où venez-vous ?", en: "Trial vote: where do you come from?"}
    notes: {fr: "Laisser le temps à chacune et chacun de se connecter. Proposer les mains levées."}
  - id: avis-avant
    kind: vote
    minutes: 5
    question: dabord-avant
    title: {fr: "Première opinion", en: "First opinion"}
    notes: {fr: "Le résultat reste caché jusqu’au second vote. Recompter les présents."}
  - id: savoirs
    kind: card
    minutes: 10
    card: bilan-2019
    title: {fr: "Ce qu’on sait, ce qu’on discute", en: "What is known, what is debated"}
    notes: {fr: "Lire une colonne à la fois. « D’où vient ce chiffre ? » : la source est écrite dessous. Touche C pour un chiffre contesté."}
  - id: curseurs
    kind: scenario
    minutes: 20
    levers: [km_per_person, setpoint, deep_renovation, boilers_left, roof_pv]
    title: {fr: "Parions, puis explorons", en: "Guess, then explore"}
    notes: {fr: "Lire les axes à voix haute. Faire parier avant de bouger. Demander à quelqu’un du terrain ce que la valeur veut dire. Rejouer le dernier changement."}
  - id: tables
    kind: tables
    minutes: 30
    title: {fr: "Échanges par table", en: "Table talk"}
    text: {fr: "Par table : à quelles conditions accepteriez-vous ces changements ? Qu’est-ce qui vous manque pour en juger ? Les tables déposent leurs réponses par écrit.", en: "At each table: on what conditions would you accept these changes? What do you lack to judge them? Tables hand in their answers in writing."}
    notes: {fr: "On ne fait pas défiler les rapporteurs. Ramasser les feuilles à la vingt-cinquième minute."}
  - id: parole
    kind: floor
    minutes: 20
    title: {fr: "Parole libre, à tour de rôle", en: "Open floor, each in turn"}
    text: {fr: "Une personne, une idée, deux minutes. On cherche aussi les avis qui n’ont pas encore été dits.", en: "One person, one idea, two minutes. We also look for opinions not yet heard."}
    notes: {fr: "Alterner les places et les personnes. Dire l’avis minoritaire du premier vote sans donner de chiffre."}
  - id: freins
    kind: vote
    minutes: 10
    question: freins
    title: {fr: "Ce qui freine", en: "What holds us back"}
    notes: {fr: "Un choix à trois gommettes au plus, une par frein. Sur papier, compter aussi les bulletins."}
  - id: avis-apres
    kind: vote
    minutes: 5
    question: dabord-apres
    pairs_with: dabord-avant
    title: {fr: "Deuxième opinion", en: "Second opinion"}
    notes: {fr: "Même question, mêmes réponses. Montrer ensuite les deux résultats, lire la position minoritaire."}
  - id: evaluation
    kind: vote
    minutes: 5
    question: compris
    title: {fr: "Engagements dits, évaluation", en: "Commitments said, evaluation"}
    notes: {fr: "Noter les engagements datés (touche G) : qui, quoi, pour quand. Puis une question d’évaluation."}
  - id: cloture
    kind: close
    minutes: 5
    title: {fr: "Ce que devient votre avis", en: "What becomes of your opinion"}
    text: {fr: "Le compte rendu est prêt ce soir : présents, bulletins, résultats, engagements. Merci.", en: "The minutes are ready tonight: presence, ballots, results, commitments. Thank you."}
    notes: {fr: "Clore la séance ici ; le compte rendu devient définitif."}
questions:
  commune:
    method: commune
    title: {fr: "Dans quelle commune vivez-vous ?", en: "In which municipality do you live?"}
  dabord-avant:
    method: single
    title: {fr: "Dans les vingt ans, notre territoire doit d’abord…", en: "Within twenty years, our territory must first…"}
    options:
      - {id: besoins, fr: "réduire ses besoins", en: "reduce its needs"}
      - {id: local, fr: "produire plus localement", en: "produce more locally"}
      - {id: deux, fr: "les deux à parts égales", en: "both equally"}
      - {id: autre, fr: "autre", en: "something else"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
    order: as_written
  dabord-apres:
    method: single
    title: {fr: "Dans les vingt ans, notre territoire doit d’abord…", en: "Within twenty years, our territory must first…"}
    options:
      - {id: besoins, fr: "réduire ses besoins", en: "reduce its needs"}
      - {id: local, fr: "produire plus localement", en: "produce more locally"}
      - {id: deux, fr: "les deux à parts égales", en: "both equally"}
      - {id: autre, fr: "autre", en: "something else"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
    order: as_written
  freins:
    method: approval
    max: 3
    title: {fr: "Qu’est-ce qui vous freine le plus pour vous déplacer autrement ?", en: "What holds you back most from travelling differently?"}
    order: as_written
    options:
      - {id: cout, fr: "coût", en: "cost"}
      - {id: temps, fr: "temps", en: "time"}
      - {id: distance, fr: "distance ou relief", en: "distance or slopes"}
      - {id: offre, fr: "absence d’offre", en: "nothing available"}
      - {id: sante, fr: "santé ou handicap", en: "health or disability"}
      - {id: proches, fr: "enfants ou proches à charge", en: "children or relatives to care for"}
      - {id: habitude, fr: "habitude", en: "habit"}
      - {id: information, fr: "manque d’information", en: "lack of information"}
      - {id: doute, fr: "je doute que ce soit utile", en: "I doubt it is useful"}
      - {id: autre, fr: "autre", en: "something else"}
  compris:
    method: single
    title: {fr: "J’ai compris à quoi servait cette rencontre et qui décide.", en: "I understood what this meeting was for and who decides."}
    options:
      - {id: pas-du-tout, fr: "pas du tout", en: "not at all"}
      - {id: plutot-non, fr: "plutôt non", en: "rather not"}
      - {id: plutot-oui, fr: "plutôt oui", en: "rather yes"}
      - {id: tout-a-fait, fr: "tout à fait", en: "fully"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
cards:
  bilan-2019:
    established:
      - {fr: "Le territoire des 49 communes a émis 1 858 000 tonnes équivalent CO₂ en 2019.", en: "The territory of the 49 municipalities emitted 1,858,000 tonnes of CO₂ equivalent in 2019.", source: "Grenoble-Alpes Métropole, Climate City Contract 1.1"}
      - {fr: "Les transports y comptent pour 433 215 tonnes, les bâtiments et le chauffage (hors électricité) pour 467 257.", en: "Transport accounts for 433,215 tonnes, buildings and heating (without electricity) for 467,257.", source: "Grenoble-Alpes Métropole, Climate City Contract 1.1"}
    debated:
      - {fr: "Le gain réel de travaux partiels : les compteurs disent 5,4 % (électricité) et 8,9 % (gaz), moins qu’attendu.", en: "The real saving of partial works: meters say 5.4% (electricity) and 8.9% (gas), less than expected.", source: "SDES, étude sur les compteurs communicants"}
      - {fr: "La répartition par commune vient d’un modèle national de 2016, pas de mesures locales.", en: "The split by municipality comes from a national model of 2016, not from local measurements.", source: "ADEME, inventaire territorialisé (IGT) 2016"}
    unknown:
      - {fr: "Les effets de ces curseurs sur l’eau, les rivières, la biodiversité et les paysages ne sont pas encore renseignés ici.", en: "The effects of these sliders on water, rivers, biodiversity and landscapes are not documented here yet."}
      - {fr: "La part des habitantes et habitants qui changeront vraiment leurs déplacements.", en: "The share of inhabitants who will really change how they travel."}
');
INSERT INTO "run_sheet" VALUES('VERT',1,'# Débat citoyen pour le climat, deux heures, 80 à 150 personnes. À copier et à modifier.
meeting:
  title: {fr: "Débat citoyen pour le climat", en: "Citizens'' climate debate"}
  territory: grenoble-alpes-metropole
  starts: 2026-12-08T18:30+01:00
  ends: 2026-12-08T20:30+01:00
  language: fr
  promise:
    level: concertation
    decides: Le conseil métropolitain
    when: mars 2027
    negotiable: L’ordre des actions, leur rythme, qui est aidé en premier
    not_negotiable: L’objectif de neutralité carbone en 2050, fixé par la loi
steps:
  - id: accueil
    kind: welcome
    minutes: 0
    title: {fr: "Bienvenue", en: "Welcome"}
    text: {fr: "Aucun nom n’est demandé. Sans téléphone, on vote à main levée ou sur papier.", en: "No name is asked. Without a phone, vote by show of hands or on paper."}
    notes: {fr: "Ouvrir les portes quinze minutes avant. Vérifier que l’adresse s’ouvre sur un téléphone. Compter les présents avant de commencer."}
  - id: promesse
    kind: welcome
    minutes: 5
    title: {fr: "Ce que devient votre avis", en: "What becomes of your opinion"}
    notes: {fr: "L’élue ou l’élu lit la promesse à voix haute : niveau de participation, qui décide, quand. La promesse reste à une touche (P)."}
  - id: essai
    kind: vote
    minutes: 5
    question: commune
    title: {fr: "Vote d’essai : d’où venez-vous ?", en: "Trial vote: where do you come from?"}
    notes: {fr: "Laisser le temps à chacune et chacun de se connecter. Proposer les mains levées."}
  - id: avis-avant
    kind: vote
    minutes: 5
    question: dabord-avant
    title: {fr: "Première opinion", en: "First opinion"}
    notes: {fr: "Le résultat reste caché jusqu’au second vote. Recompter les présents."}
  - id: savoirs
    kind: card
    minutes: 10
    card: bilan-2019
    title: {fr: "Ce qu’on sait, ce qu’on discute", en: "What is known, what is debated"}
    notes: {fr: "Lire une colonne à la fois. « D’où vient ce chiffre ? » : la source est écrite dessous. Touche C pour un chiffre contesté."}
  - id: curseurs
    kind: scenario
    minutes: 20
    levers: [km_per_person, setpoint, deep_renovation, boilers_left, roof_pv]
    title: {fr: "Parions, puis explorons", en: "Guess, then explore"}
    notes: {fr: "Lire les axes à voix haute. Faire parier avant de bouger. Demander à quelqu’un du terrain ce que la valeur veut dire. Rejouer le dernier changement."}
  - id: tables
    kind: tables
    minutes: 30
    title: {fr: "Échanges par table", en: "Table talk"}
    text: {fr: "Par table : à quelles conditions accepteriez-vous ces changements ? Qu’est-ce qui vous manque pour en juger ? Les tables déposent leurs réponses par écrit.", en: "At each table: on what conditions would you accept these changes? What do you lack to judge them? Tables hand in their answers in writing."}
    notes: {fr: "On ne fait pas défiler les rapporteurs. Ramasser les feuilles à la vingt-cinquième minute."}
  - id: parole
    kind: floor
    minutes: 20
    title: {fr: "Parole libre, à tour de rôle", en: "Open floor, each in turn"}
    text: {fr: "Une personne, une idée, deux minutes. On cherche aussi les avis qui n’ont pas encore été dits.", en: "One person, one idea, two minutes. We also look for opinions not yet heard."}
    notes: {fr: "Alterner les places et les personnes. Dire l’avis minoritaire du premier vote sans donner de chiffre."}
  - id: freins
    kind: vote
    minutes: 10
    question: freins
    title: {fr: "Ce qui freine", en: "What holds us back"}
    notes: {fr: "Un choix à trois gommettes au plus, une par frein. Sur papier, compter aussi les bulletins."}
  - id: avis-apres
    kind: vote
    minutes: 5
    question: dabord-apres
    pairs_with: dabord-avant
    title: {fr: "Deuxième opinion", en: "Second opinion"}
    notes: {fr: "Même question, mêmes réponses. Montrer ensuite les deux résultats, lire la position minoritaire."}
  - id: evaluation
    kind: vote
    minutes: 5
    question: compris
    title: {fr: "Engagements dits, évaluation", en: "Commitments said, evaluation"}
    notes: {fr: "Noter les engagements datés (touche G) : qui, quoi, pour quand. Puis une question d’évaluation."}
  - id: cloture
    kind: close
    minutes: 5
    title: {fr: "Ce que devient votre avis", en: "What becomes of your opinion"}
    text: {fr: "Le compte rendu est prêt ce soir : présents, bulletins, résultats, engagements. Merci.", en: "The minutes are ready tonight: presence, ballots, results, commitments. Thank you."}
    notes: {fr: "Clore la séance ici ; le compte rendu devient définitif."}
questions:
  commune:
    method: commune
    title: {fr: "Dans quelle commune vivez-vous ?", en: "In which municipality do you live?"}
  dabord-avant:
    method: single
    title: {fr: "Dans les vingt ans, notre territoire doit d’abord…", en: "Within twenty years, our territory must first…"}
    options:
      - {id: besoins, fr: "réduire ses besoins", en: "reduce its needs"}
      - {id: local, fr: "produire plus localement", en: "produce more locally"}
      - {id: deux, fr: "les deux à parts égales", en: "both equally"}
      - {id: autre, fr: "autre", en: "something else"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
    order: as_written
  dabord-apres:
    method: single
    title: {fr: "Dans les vingt ans, notre territoire doit d’abord…", en: "Within twenty years, our territory must first…"}
    options:
      - {id: besoins, fr: "réduire ses besoins", en: "reduce its needs"}
      - {id: local, fr: "produire plus localement", en: "produce more locally"}
      - {id: deux, fr: "les deux à parts égales", en: "both equally"}
      - {id: autre, fr: "autre", en: "something else"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
    order: as_written
  freins:
    method: approval
    max: 3
    title: {fr: "Qu’est-ce qui vous freine le plus pour vous déplacer autrement ?", en: "What holds you back most from travelling differently?"}
    order: as_written
    options:
      - {id: cout, fr: "coût", en: "cost"}
      - {id: temps, fr: "temps", en: "time"}
      - {id: distance, fr: "distance ou relief", en: "distance or slopes"}
      - {id: offre, fr: "absence d’offre", en: "nothing available"}
      - {id: sante, fr: "santé ou handicap", en: "health or disability"}
      - {id: proches, fr: "enfants ou proches à charge", en: "children or relatives to care for"}
      - {id: habitude, fr: "habitude", en: "habit"}
      - {id: information, fr: "manque d’information", en: "lack of information"}
      - {id: doute, fr: "je doute que ce soit utile", en: "I doubt it is useful"}
      - {id: autre, fr: "autre", en: "something else"}
  compris:
    method: single
    title: {fr: "J’ai compris à quoi servait cette rencontre et qui décide.", en: "I understood what this meeting was for and who decides."}
    options:
      - {id: pas-du-tout, fr: "pas du tout", en: "not at all"}
      - {id: plutot-non, fr: "plutôt non", en: "rather not"}
      - {id: plutot-oui, fr: "plutôt oui", en: "rather yes"}
      - {id: tout-a-fait, fr: "tout à fait", en: "fully"}
      - {id: sans-avis, fr: "sans avis", en: "no opinion", role: no_opinion}
cards:
  bilan-2019:
    established:
      - {fr: "Le territoire des 49 communes a émis 1 858 000 tonnes équivalent CO₂ en 2019.", en: "The territory of the 49 municipalities emitted 1,858,000 tonnes of CO₂ equivalent in 2019.", source: "Grenoble-Alpes Métropole, Climate City Contract 1.1"}
      - {fr: "Les transports y comptent pour 433 215 tonnes, les bâtiments et le chauffage (hors électricité) pour 467 257.", en: "Transport accounts for 433,215 tonnes, buildings and heating (without electricity) for 467,257.", source: "Grenoble-Alpes Métropole, Climate City Contract 1.1"}
    debated:
      - {fr: "Le gain réel de travaux partiels : les compteurs disent 5,4 % (électricité) et 8,9 % (gaz), moins qu’attendu.", en: "The real saving of partial works: meters say 5.4% (electricity) and 8.9% (gas), less than expected.", source: "SDES, étude sur les compteurs communicants"}
      - {fr: "La répartition par commune vient d’un modèle national de 2016, pas de mesures locales.", en: "The split by municipality comes from a national model of 2016, not from local measurements.", source: "ADEME, inventaire territorialisé (IGT) 2016"}
    unknown:
      - {fr: "Les effets de ces curseurs sur l’eau, les rivières, la biodiversité et les paysages ne sont pas encore renseignés ici.", en: "The effects of these sliders on water, rivers, biodiversity and landscapes are not documented here yet."}
      - {fr: "La part des habitantes et habitants qui changeront vraiment leurs déplacements.", en: "The share of inhabitants who will really change how they travel."}
');
CREATE TABLE sealed_ballot (
	meeting VARCHAR(12) NOT NULL, 
	poll VARCHAR(80) NOT NULL, 
	slot INTEGER NOT NULL, 
	choice TEXT NOT NULL, 
	pair VARCHAR(64) NOT NULL, 
	PRIMARY KEY (meeting, poll, slot)
);
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',0,'["besoins"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',1,'["besoins"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',2,'["sans-avis"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',3,'["deux"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',4,'["local"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',5,'["autre"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',6,'["autre"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',7,'["besoins"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',8,'["besoins"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',9,'["local"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',10,'["autre"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',11,'["sans-avis"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',12,'["local"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',13,'["besoins"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',14,'["autre"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',15,'["deux"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',16,'["local"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',17,'["deux"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',18,'["deux"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',19,'["sans-avis"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',20,'["local"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',21,'["sans-avis"]','');
INSERT INTO "sealed_ballot" VALUES('CLOS','dabord-avant',22,'["deux"]','');
COMMIT;
