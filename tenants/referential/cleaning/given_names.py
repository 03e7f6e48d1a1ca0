"""Given names common in France and next door: enough to see which of two words is the first name, never to refuse one."""

from typing import Final

_COMMON = """
    abdel abdelkader abdallah achille adele adeline adrian adrien agathe agnes ahmed aicha aime alain alan alban albert
    alessandro alessia alex alexandra alexandre alexia alexis alfred ali alice alicia alida aline alix alizee allan alphonse
    alyssa amandine amaury ambre amelia amelie amina amine anais anastasia andre andrea andreas andree angela angele
    angelina angelique anissa anita ann anna annabelle anne annette annick annie anouk anthony antoine antoinette antonio
    apolline ariane armand armelle arnaud arthur astrid aubin aude audrey augustin aurelie aurelien aurore axel axelle ayoub
    baptiste barbara barthelemy bastien beatrice benedicte benjamin benoit berenice bernadette bernard berthe bertrand
    bettina bilal blanche boris brenda brice brigitte bruno camille candice capucine carine carl carla carlos carmen carole
    caroline caterina catherine cathy cecile cedric celeste celia celina celine cesar chantal charlene charles charlie
    charline charlotte chiara chloe christel christelle christian christiane christine christophe christopher cindy
    claire clara clarisse claude claudia claudine clea clemence clement clementine cloe clotilde colette coline constance
    constant coralie corentin corinne cosima cyprien cyril cyrille damien daniel daniela daniele danielle danny daphne
    dave david deborah delphine denis denise desire diana diane didier diego dimitri dominique donatien dorian doriane
    dorothee dylan eddy edgar edith edmond edouard edwige elea eleanor elena eleonore elia elian eliane elias elie elif
    eliott elisa elisabeth elise elizabeth ella ellen elodie eloise elsa elvire emeline emeric emil emile emilie emilien
    emma emmanuel emmanuelle enora enzo eric erica erika erwan esteban estelle esther etienne eugene eugenie eva evan eve
    evelyne fabien fabienne fabio fabrice fanny fatiha fatima fatoumata faustine federico felicie felix ferdinand fernand
    fernando filippo flavie fleur flora florence florent florian florine franca france francesca francesco francine
    francis francisco franck francois francoise frank franz fred frederic frederique gabin gabriel gabriela gabrielle gael
    gaelle gaetan gaspard gaston gautier genevieve geoffrey georges georgette gerald geraldine gerard germaine ghislain
    ghislaine gilbert gilles gina ginette giovanni giulia giuseppe gregoire gregory guillaume guillemette gustave guy
    gwenael gwenaelle gwendoline hamza hannah hans harry hassan helena helene heloise henri henriette hermann herve hicham
    honore hubert hugo hugues ibrahim ida ilan ines ingrid irene iris isabel isabella isabelle ismael ivan jack jacky
    jacqueline jacques jade james jamila jan jane janine jean jeanine jeanne jeannine jennifer jeremie jeremy jerome jessica
    jessy jim joachim joan joanna joao joel joelle johan johanna johannes john jonas jonathan jordan jorge jose josefine
    joseph josephine josette josiane juan judith jules julia julian julie julien juliette justin justine kamel karen karim
    karima karin karine karl katharina katia katrin kelly kenza kevin khadija killian klaus laetitia laila lara laura laure
    laurence laurent laurie laurine lea leila lena leo leon leonard leonie leopold leslie lia liam lila lilian liliane lilou
    lily lina linda lionel lisa lise lison livia loan loic lola lorenzo loris lou louane louis louisa louise louka luc luca
    lucas lucette lucia lucie lucien lucienne lucile lucille ludivine ludovic luis luisa luise lukas luna lydia lydie lydia
    lylou madeleine madison mael maelle maelys magali magalie mahaut maite malik malo manon manuel manuela marc marceau
    marcel marcelle marco margaret margaux margot marguerite maria mariam marianne marie marielle marina marine mario marion
    marius marjorie markus marlene marta marthe martha martina martine maryline maryse maryvonne mateo mathias mathieu
    mathilde mathis mathys matteo matthew matthias matthieu maud maurice max maxence maxime maximilien may maya mehdi melanie
    melina melissa melodie mercedes michael michel michele micheline michelle miguel mila milan mireille miriam mohamed
    mohammed monica monique morgan morgane mounir muriel murielle mustapha myriam nabil nadege nadia nadine naima nancy
    naomi natacha natalia nathalie nathan nathanael nelly nicolas nicole nina noa noah noam noe noel noelle noemie nolan nora
    norbert nordine oceane octave odette odile oliver olivia olivier omar ombeline oscar pablo paola paolo pascal pascale
    patrice patricia patrick paul paula paule paulette pauline pedro perrine peter petra philip philippe pia pierre
    pierrette pierrick priscilla quentin rachel rachid rachida raoul raphael raphaelle raymond raymonde rebecca regine
    regis reine remi remy renata renaud rene renee ricardo richard rita robert roberto robin rodolphe rodrigue roger roland
    romain romane romeo romuald romy ronan rosa rosalie rose roseline roxane ruben sabine sabrina sacha said salim salma
    salome salvatore samantha sami samia samir samira samuel sandra sandrine sandy sara sarah sasha saskia sebastian
    sebastien selma severine simon simone simonne sofia sofiane solange solene soline sonia sophia sophie stacey stanislas
    stefan stefania stefano steffen stella stephan stephane stephanie stephen steve steven suzanne suzie sven sybille sylvain
    sylvaine sylvia sylviane sylvie tania tanguy tatiana teddy teo teresa tess thea theo theodore theophile therese thibaud
    thibault thibaut thierry thiphaine thomas tiago tim timeo timothee titouan tom tony tristan ugo ulrich ulrike ulysse
    ursula valentin valentina valentine valeria valerie vanessa vera veronique vicente victoire victor victoria vincent
    violaine violette virginia virginie vito vivian viviane vladimir walter werner wilfried william wolfgang xavier yacine
    yael yann yannick yannis yasmina yasmine yoann yohan yohann yolande youcef youssef yves yvette yvon yvonne zacharie
    zelie zoe zohra
"""
GIVEN_NAMES: Final = frozenset(_COMMON.split())

_SHORT = """
    patrick:pat frederic:fred alexandre:alex alexandra:alex,sandra catherine:cathy,kathy,cath christophe:chris,tof
    christine:chris christian:chris stephane:steph stephanie:steph,fanny nicolas:nico sebastien:seb benjamin:ben thomas:tom
    philippe:phil valerie:val veronique:vero isabelle:isa dominique:dom michel:mich emmanuel:manu emmanuelle:manue,manu
    olivier:oliv vincent:vince matthieu:mat,matt mathieu:mat maximilien:max maxime:max gabriel:gab gabrielle:gaby
    elisabeth:babeth,eli,lisa joseph:jo josephine:jo antoine:tony anthony:tony william:bill,will robert:bob,rob richard:rick
    michael:mike,mick james:jim,jimmy susan:sue margaret:maggie,peggy david:dave katherine:kate jennifer:jenny
    christopher:chris daniel:dan,dany matthew:matt francisco:paco jose:pepe giuseppe:beppe giovanni:gianni johannes:hans
    nathalie:nath genevieve:ginette victoria:vicky edouard:ed augustin:gus theodore:theo sabrina:sab gregory:greg
    laurence:lolo jeanfrancois:jeff jeanpierre:jp beatrice:bea virginie:vivi guillaume:guigui,will jacqueline:jacquie
    marguerite:margot madeleine:mado francoise:fanfan corinne:coco delphine:delf benedicte:bene
"""
SHORT_FORMS: Final = frozenset(
    pair
    for entry in _SHORT.split()
    for full, _, shorts in [entry.partition(":")]
    for short in shorts.split(",")
    for pair in ((full, short), (short, full))
)
"""Pairs (name, short form), both ways round."""

_HIS_AND_HERS = """
    alexandre:alexandra alexis:alexia amine:amina andre:andree antoine:antoinette augustin:augustine aurelien:aurelie
    axel:axelle bernard:bernadette christian:christiane claude:claudine clement:clementine daniel:daniela,daniele,danielle
    denis:denise dorian:doriane elian:eliane emile:emilie emilien:emilie emmanuel:emmanuelle eric:erica,erika eugene:eugenie
    fabien:fabienne florent:florence florian:florine francesco:francesca francois:francoise frederic:frederique
    gabriel:gabriela,gabrielle gael:gaelle gerald:geraldine ghislain:ghislaine gwenael:gwenaelle henri:henriette
    jean:jeanne,jeanine joel:joelle jose:josette,josiane joseph:josephine julian:julia,juliana julien:julie,julienne
    justin:justine karim:karima laurent:laurence leon:leonie lilian:liliane louis:louise,louisa lucien:lucienne,lucie
    luis:luisa,luise mael:maelle manuel:manuela marcel:marcelle mario:marie,maria martin:martine,martina
    michel:michele,micheline,michelle morgan:morgane nicolas:nicole noel:noelle paolo:paola pascal:pascale patrice:patricia
    patrick:patricia paul:paule,paula,pauline,paulette philippe:philippine pierre:pierrette rachid:rachida raphael:raphaelle
    raymond:raymonde rene:renee romain:romane samir:samira sebastien:sebastienne simon:simone,simonne stephan:stephanie
    stephane:stephanie sylvain:sylvaine,sylvie valentin:valentine,valentina vivian:viviane yvon:yvonne
"""
HIS_AND_HERS: Final = frozenset(
    pair
    for entry in _HIS_AND_HERS.split()
    for his, _, hers in [entry.partition(":")]
    for her in hers.split(",")
    for pair in ((his, her), (her, his))
)
"""Pairs of given names, both ways round, that one slip makes alike and that a brother and a sister bear."""
