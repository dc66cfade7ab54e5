//! Columns written down and drawn for these tests alone: other people's names, odd forms, and clean
//! columns that look a little like them. Nothing of it was taken into `data/`.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const GIVEN: &str = "Aino Väinö Ilmari Tuulikki Nino Giorgi Tamar Ketevan Anbu Senthil Thenmozhi Kanimozhi Folasade Olumide Temitope \
    Ayotunde Wayra Inti Sumaq Qori Nayra Tupaq Sisa Illari Siaosi Mele'ofa Viliami Lupe Salote Tevita Kimana Wambli Chaska Winyan \
    Kateri Aponi Nizhoni Shandiin Hastiin Lisbet Torvald Gudrun Sigrid Halldor Ragnheidur Zoltan Eszter Boglarka Csaba Dragan \
    Slobodan Jasna Zorica Blerim Arben Mirjeta Vjosa Aigul Nurlan Bekzat Gulnara Ruslan Timur Zarina Farrukh Dilnoza Sevara \
    Batbayar Oyunaa Tserendorj Enkhtuya Ngawang Tenzin Dolma Pemba Lhakpa Sonam Kesang Nilufar Rokhaya Mamadou Fanta Ousmane \
    Aissatou Boubacar Djeneba Kwabena Esi Abena Yaw Makena Wanjiru Kamau Njoroge Achieng Otieno Nakato Wasswa Mukasa Tendayi \
    Rutendo Tatenda Thandiwe Sipho Nomvula Lerato Tshepo Chipo Mwansa Bwalya Saoirse Caoimhe Fionnuala Eoghan Tadhg Rhiannon \
    Llywelyn Angharad Iolanthe Peregrine Thaddeus Zebulon Ephraim Hezekiah Marquavious Shaquille Laquisha DeShawn Tyrell \
    Maximiliano Refugio Eustolia Herlinda Crescencio Eulalia Anselmo Nezahualcoyotl Citlali Tonatiuh Quetzalli Yaretzi";

const FAMILY: &str = "Hämäläinen Kekkonen Ylönen Rautiainen Kvaratskhelia Gelashvili Chkheidze Subramaniam Ramasamy Velusamy \
    Ogundipe Akinwande Oyedepo Quispe Mamani Condori Huanca Choquehuanca Yupanqui Tupou Fifita Vainikolo Taufa Kailahi \
    TwoHearts HollowHorn IronCloud LittleThunder Manygoats Tsinnijinnie Attakai Gunnarsson Eggertsdottir Thorvaldsen Lindqvist \
    Szilagyi Boldizsar Vukovic Milosavljevic Hadzic Gjoka Berisha Hoxha Krasniqi Abdrakhmanov Nazarbekov Tashkentov \
    Yuldasheva Rakhimov Ganbold Dorjsuren Batsukh Gyatso Dorje Wangchuk Thapa Gurung Tamang Sherpa Bah Jalloh Sidibe Coulibaly \
    Ouedraogo Sawadogo Zongo Amankwah Frimpong Nkrumah Waweru Mwangi Odhiambo Onyango Ssemakula Byaruhanga Chikwanha \
    Mutasa Zvobgo Khumalo Mthembu Mokoena Chanda Mulenga MacGillicuddy O'Shaughnessy Featherstonehaugh Cholmondeley Ystwyth \
    Prothero Zipperstein Wojtyla Przybylski Szczepaniak Brzezinski Oberholtzer Vandersloot Terwilliger Hickenlooper \
    Papageorgiou Mavromatis Bagdasarian Hovhannisyan Ter-Petrosyan Benítez-Arce Goikoetxea Etxeberria Iturralde \
    Pumasunco Xochimitl Tlaxcala Moctezuma Ixtlilxochitl Aguiñiga Yañez Urquídez Zubiría Bañuelos";

const STREETS: &str = "Tamarack Wisteria Quail-Hollow Cottonwood Juniper Larkspur Sycamore Persimmon Magnolia Buckeye Hawthorne Laurel \
    Foxglove Mulberry Ironwood Catalpa Chokecherry Saddleback Stagecoach Millrace Gristmill Tannery Cooperage Sawgrass Wickham";

pub(crate) struct Made {
    dice: ChaCha8Rng,
}

impl Made {
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: ChaCha8Rng::seed_from_u64(seed) }
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.dice.random_range(0..n)
    }

    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.dice.random_range(low..high)
    }

    pub(crate) fn pick<'a>(&mut self, words: &'a str) -> &'a str {
        let words: Vec<&str> = words.split_whitespace().collect();
        // The first words come more often than the last, as names do.
        let at = (self.dice.random::<f64>().powf(1.6) * words.len() as f64) as usize;
        words[at.min(words.len() - 1)]
    }

    pub(crate) fn one_of(&mut self, texts: &[&str]) -> String {
        texts[self.below(texts.len() as u64) as usize].to_owned()
    }

    pub(crate) fn given(&mut self) -> String {
        self.pick(GIVEN).to_owned()
    }

    pub(crate) fn family(&mut self) -> String {
        self.pick(FAMILY).to_owned()
    }

    pub(crate) fn street(&mut self) -> String {
        self.pick(STREETS).replace('-', " ")
    }

    pub(crate) fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    pub(crate) fn letters(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'A' + self.below(26) as u8)).collect()
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Vec<u8> {
        let mut bytes = vec![0; n];
        self.dice.fill_bytes(&mut bytes);
        bytes
    }

    /// Year, month and day of a birth of somebody between two ages in 2026.
    pub(crate) fn birth(&mut self, youngest: u64, oldest: u64) -> (u64, u64, u64) {
        (2026 - self.between(youngest, oldest), self.between(1, 13), self.between(1, 29))
    }

    /// Year, month and day of an event of the last years, more of them lately.
    pub(crate) fn event(&mut self, years: u64) -> (u64, u64, u64) {
        let back = (self.dice.random::<f64>().powf(1.5) * years as f64) as u64;
        (2026 - back, self.between(1, if back == 0 { 7 } else { 13 }), self.between(1, 29))
    }

    /// Ten digits under the numbering plan.
    pub(crate) fn phone(&mut self) -> String {
        let area = self.between(201, 990);
        let area = if area % 100 == 11 { area + 1 } else { area };
        format!("{area}{}{}", self.between(200, 1000), self.digits(4))
    }

    pub(crate) fn ssn(&mut self) -> String {
        format!("{:03}{:02}{:04}", self.between(1, 666), self.between(1, 100), self.between(1, 10_000))
    }
}
