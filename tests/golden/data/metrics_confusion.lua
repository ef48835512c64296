-- Metrics: three batches are fed one after another; each holds the result and the state after it (float32
-- tensors, in the order of state_names). state is left out for AUC with 20 thresholds or more.
-- Written by gen/metrics.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "metrics_confusion",
  {
    name = "Precision",
    options = {},
    tag = "b1",
    log_name = "precision",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.2726698, 0.60027444, 0.03541694, 0.04574886, 0.3347671}},
        result = {shape = {}, data = {1}},
        state = {{shape = {1}, data = {1}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.91256803, 0.35832322, 0.721679, 0.68913937, 0.86514294}},
        result = {shape = {}, data = {0.8}},
        state = {{shape = {1}, data = {4}}, {shape = {1}, data = {1}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.616505, 0.6967912, 0.522659}},
        result = {shape = {}, data = {0.75}},
        state = {{shape = {1}, data = {6}}, {shape = {1}, data = {2}}}}}},
  {
    name = "Precision",
    options = {},
    tag = "b1_ties",
    log_name = "precision_1",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {1, 0.625, 0.625, 0.25, 0.75}},
        result = {shape = {}, data = {0.75}},
        state = {{shape = {1}, data = {3}}, {shape = {1}, data = {1}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.75, 0.375, 0.5, 0.75, 0.625}},
        result = {shape = {}, data = {0.71428573}},
        state = {{shape = {1}, data = {5}}, {shape = {1}, data = {2}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.375, 0.625, 0}},
        result = {shape = {}, data = {0.75}},
        state = {{shape = {1}, data = {6}}, {shape = {1}, data = {2}}}}}},
  {
    name = "Precision",
    options = {},
    tag = "b3_weighted",
    log_name = "precision_2",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.590678, 0.6255586, 0.884574, 0.09886252, 0.8154227, 0.7892578, 0.7796001, 0.051747423,
          0.90271676, 0.25441033, 0.34518817, 0.43178537, 0.91831756, 0.5840132, 0.7512581}},
        sample_weight = {shape = {5}, data = {0.80914927, 0.77263314, 1.1579579, 0.6668878, 1.4178103}},
        result = {shape = {}, data = {0.6668229}},
        state = {{shape = {1}, data = {7.029688}}, {shape = {1}, data = {3.5123734}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.44984514, 0.456739, 0.36951596, 0.17031226, 0.7752098, 0.3405343, 0.43527946, 0.7101696,
          0.82302564, 0.64208573, 0.72002923, 0.73031247, 0.8821108, 0.5435987, 0.30050203}},
        sample_weight = {shape = {5}, data = {1.7770633, 0.8654249, 0.99630076, 0.6082244, 0.16837734}},
        result = {shape = {}, data = {0.66036236}},
        state = {{shape = {1}, data = {10.276239}}, {shape = {1}, data = {5.285276}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 1, 0, 0, 1, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.07202508, 0.4515707, 0.7431466, 0.2406011, 0.5487193, 0.059861053, 0.03531836,
          0.6579272, 0.48038116}},
        sample_weight = {shape = {3}, data = {1.2651508, 1.7018981, 0.031447817}},
        result = {shape = {}, data = {0.5536763}},
        state = {{shape = {1}, data = {10.276239}}, {shape = {1}, data = {8.283772}}}}}},
  {
    name = "Precision",
    options = {thresholds = 0.3},
    tag = "b1",
    log_name = "precision_3",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.32617682, 0.21434332, 0.63347834, 0.5328358, 0.5792492}},
        result = {shape = {}, data = {1}},
        state = {{shape = {1}, data = {4}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.20416158, 0.13360776, 0.979503, 0.656689, 0.25457647}},
        result = {shape = {}, data = {0.8333333}},
        state = {{shape = {1}, data = {5}}, {shape = {1}, data = {1}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.1857961, 0.8980731, 0.6157707}},
        result = {shape = {}, data = {0.875}},
        state = {{shape = {1}, data = {7}}, {shape = {1}, data = {1}}}}}},
  {
    name = "Precision",
    options = {thresholds = {0.25, 0.5, 0.9}},
    tag = "b1_ties",
    log_name = "precision_4",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0, 0.875, 0.125, 0.625, 0}},
        result = {shape = {3}, data = {0.5, 0.5, 0}},
        state = {{shape = {3}, data = {1, 1, 0}}, {shape = {3}, data = {1, 1, 0}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {1, 0.875, 0.5, 0.75, 0.75}},
        result = {shape = {3}, data = {0.2857143, 0.33333334, 0}},
        state = {{shape = {3}, data = {2, 2, 0}}, {shape = {3}, data = {5, 4, 1}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.75, 0, 0.375}},
        result = {shape = {3}, data = {0.33333334, 0.2857143, 0}},
        state = {{shape = {3}, data = {3, 2, 0}}, {shape = {3}, data = {6, 5, 1}}}}}},
  {
    name = "Precision",
    options = {thresholds = {0, 0.25, 0.5, 0.75, 1}},
    tag = "b2_ties",
    log_name = "precision_5",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 2}, data = {1, 1, 1, 1, 1, 1, 0, 1, 1, 0}},
        y_pred = {shape = {5, 2}, data = {0.375, 0.25, 0.125, 0.75, 0.75, 0.625, 0.875, 1, 1, 0.625}},
        result = {shape = {5}, data = {0.8, 0.75, 0.71428573, 0.6666667, 0}},
        state = {{shape = {5}, data = {8, 6, 5, 2, 0}}, {shape = {5}, data = {2, 2, 2, 1, 0}}}},
      {
        y_true = {shape = {5, 2}, data = {1, 1, 0, 1, 1, 0, 1, 0, 0, 1}},
        y_pred = {shape = {5, 2}, data = {0.25, 0.875, 0, 0.5, 0.25, 0.625, 0.75, 1, 0.25, 0.375}},
        result = {shape = {5}, data = {0.7368421, 0.71428573, 0.6363636, 0.6, 0}},
        state = {{shape = {5}, data = {14, 10, 7, 3, 0}}, {shape = {5}, data = {5, 4, 4, 2, 0}}}},
      {
        y_true = {shape = {3, 2}, data = {1, 1, 1, 1, 1, 0}},
        y_pred = {shape = {3, 2}, data = {0.125, 1, 0.375, 0, 0.125, 0.75}},
        result = {shape = {5}, data = {0.75, 0.7058824, 0.61538464, 0.6666667, 0}},
        state = {{shape = {5}, data = {18, 12, 8, 4, 0}}, {shape = {5}, data = {6, 5, 5, 2, 0}}}}}},
  {
    name = "Precision",
    options = {top_k = 2},
    tag = "b5",
    log_name = "precision_6",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 5}, data = {
          1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0}},
        y_pred = {shape = {5, 5}, data = {
          0.8456255, 0.4255061, 0.28861627, 0.52910185, 0.6905274, 0.04711451, 0.5169778,
          0.49692872, 0.1214267, 0.6889915, 0.95232195, 0.8932353, 0.9004044, 0.28543139,
          0.80512935, 0.43311003, 0.38936502, 0.6202217, 0.028024865, 0.4093695, 0.7741963,
          0.33137733, 0.5633365, 0.80021054, 0.42620325}},
        result = {shape = {}, data = {0.4}},
        state = {{shape = {1}, data = {4}}, {shape = {1}, data = {6}}}},
      {
        y_true = {shape = {5, 5}, data = {
          0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}},
        y_pred = {shape = {5, 5}, data = {
          0.58224374, 0.7719863, 0.7504434, 0.6470808, 0.10913387, 0.5078968, 0.39734966, 0.8763821,
          0.7963482, 0.7173147, 0.73820966, 0.097825296, 0.2053844, 0.46760532, 0.7011794,
          0.7910829, 0.40770578, 0.15666807, 0.13663277, 0.32020986, 0.7259024, 0.8030073,
          0.16992047, 0.7780796, 0.48956504}},
        result = {shape = {}, data = {0.25}},
        state = {{shape = {1}, data = {5}}, {shape = {1}, data = {15}}}},
      {
        y_true = {shape = {3, 5}, data = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0}},
        y_pred = {shape = {3, 5}, data = {
          0.7962502, 0.97662646, 0.85514975, 0.25120848, 0.46876517, 0.4057881, 0.25977412,
          0.47884595, 0.41746184, 0.97408664, 0.02397447, 0.63660204, 0.8545759, 0.33416197,
          0.4193089}},
        result = {shape = {}, data = {0.23076923}},
        state = {{shape = {1}, data = {6}}, {shape = {1}, data = {20}}}}}},
  {
    name = "Precision",
    options = {class_id = 1},
    tag = "b3",
    log_name = "precision_7",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.26970574, 0.5358075, 0.89277476, 0.863794, 0.71109164, 0.43804154, 0.7351444,
          0.28035343, 0.66538215, 0.9438234, 0.9314245, 0.37083203, 0.8467992, 0.8362597, 0.477513}},
        result = {shape = {}, data = {0.5}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {2}}}},
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.06091836, 0.64233714, 0.7171257, 0.09884705, 0.17929439, 0.8713855, 0.2884403,
          0.38072607, 0.8038196, 0.9073103, 0.10859579, 0.7050001, 0.2926855, 0.052649785, 0.7584123}},
        result = {shape = {}, data = {0.4}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {3}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 0, 0, 1, 1, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.9352922, 0.15366814, 0.19683845, 0.9362747, 0.26565224, 0.92653835, 0.5881663,
          0.5553799, 0.12130956}},
        result = {shape = {}, data = {0.33333334}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {4}}}}}},
  {
    name = "Precision",
    options = {class_id = 2, top_k = 1},
    tag = "b3",
    log_name = "precision_8",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.4509274, 0.62302697, 0.56121856, 0.14854366, 0.66505927, 0.9117454, 0.7772305,
          0.3246954, 0.051092803, 0.15199098, 0.76370156, 0.27069873, 0.23923793, 0.5069447,
          0.5429915}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {2}}}},
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.39289537, 0.91812634, 0.8776991, 0.8422115, 0.68192303, 0.47502363, 0.53092617,
          0.84727234, 0.4001607, 0.057883963, 0.96228176, 0.40488502, 0.38162944, 0.8705543,
          0.32538345}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {2}}}},
      {
        y_true = {shape = {3, 3}, data = {1, 0, 0, 0, 0, 1, 1, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.026055055, 0.08113568, 0.081796914, 0.97493476, 0.07487028, 0.6052128, 0.10183329,
          0.36219862, 0.5805578}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {4}}}}}},
  {
    name = "Precision",
    options = {thresholds = {0.2, 0.6}, class_id = 0},
    tag = "b3",
    log_name = "precision_9",
    state_names = {"true_positives", "false_positives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.6554895, 0.7611555, 0.7633153, 0.7299392, 0.5406177, 0.84257674, 0.6360055, 0.9037978,
          0.29985437, 0.3591904, 0.1416571, 0.4438587, 0.08341142, 0.060125884, 0.6217258}},
        result = {shape = {2}, data = {0, 0}},
        state = {{shape = {2}, data = {0, 0}}, {shape = {2}, data = {4, 3}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.5482666, 0.7158369, 0.63980675, 0.84871393, 0.19281326, 0.34126866, 0.44826177,
          0.9394436, 0.44339964, 0.37366292, 0.34797418, 0.77945346, 0.773196, 0.450528, 0.35639653}},
        result = {shape = {2}, data = {0.11111111, 0}},
        state = {{shape = {2}, data = {1, 0}}, {shape = {2}, data = {8, 5}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 0, 1, 0, 1, 0, 1, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.41732064, 0.61288404, 0.47652626, 0.27493274, 0.6097755, 0.8643255, 0.7491466, 0.587274,
          0.0707056}},
        result = {shape = {2}, data = {0.16666667, 0.16666667}},
        state = {{shape = {2}, data = {2, 1}}, {shape = {2}, data = {10, 5}}}}}},
  {
    name = "Recall",
    options = {},
    tag = "b1",
    log_name = "recall",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.3629309, 0.41637284, 0.04942141, 0.78347087, 0.05386858}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.5116498, 0.35618737, 0.3809193, 0.254172, 0.8798183}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {2}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.9308434, 0.27808446, 0.3768975}},
        result = {shape = {}, data = {0.33333334}},
        state = {{shape = {1}, data = {1}}, {shape = {1}, data = {2}}}}}},
  {
    name = "Recall",
    options = {},
    tag = "b1_ties",
    log_name = "recall_1",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.125, 1, 0.125, 0.375, 0.5}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {3}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0, 1, 0.5, 0.5, 0.5}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.25, 0, 0.875}},
        result = {shape = {}, data = {0.14285715}},
        state = {{shape = {1}, data = {1}}, {shape = {1}, data = {6}}}}}},
  {
    name = "Recall",
    options = {},
    tag = "b3_weighted",
    log_name = "recall_2",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.1143732, 0.8602674, 0.22232501, 0.59340405, 0.025879689, 0.27012184, 0.28210667,
          0.038276847, 0.35296664, 0.32110265, 0.46029228, 0.17341636, 0.86353284, 0.5597607,
          0.85724807}},
        sample_weight = {shape = {5}, data = {1.4778775, 1.5861772, 1.688585, 1.6654636, 1.8095573}},
        result = {shape = {}, data = {0.34476486}},
        state = {{shape = {1}, data = {5.096992}}, {shape = {1}, data = {9.686974}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.111675546, 0.8608978, 0.35264045, 0.949205, 0.60300714, 0.1379952, 0.7541835,
          0.51580536, 0.92003936, 0.8560206, 0.45239425, 0.6205067, 0.8971627, 0.73061776,
          0.05264936}},
        sample_weight = {shape = {5}, data = {1.4213606, 0.682976, 0.8694745, 1.417687, 1.5138509}},
        result = {shape = {}, data = {0.42768744}},
        state = {{shape = {1}, data = {11.00234}}, {shape = {1}, data = {14.722848}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 1, 1, 1, 0, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.85691404, 0.72208107, 0.09625605, 0.7374136, 0.31625468, 0.60811996, 0.22104688,
          0.14136356, 0.87920856}},
        sample_weight = {shape = {3}, data = {1.9914674, 0.27581814, 1.8383396}},
        result = {shape = {}, data = {0.47454432}},
        state = {{shape = {1}, data = {13.5454445}}, {shape = {1}, data = {14.998666}}}}}},
  {
    name = "Recall",
    options = {thresholds = 0.3},
    tag = "b1",
    log_name = "recall_3",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.66782737, 0.6139825, 0.66377217, 0.18534473, 0.5150649}},
        result = {shape = {}, data = {1}},
        state = {{shape = {1}, data = {3}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.7954441, 0.8947601, 0.9503356, 0.9469877, 0.606605}},
        result = {shape = {}, data = {1}},
        state = {{shape = {1}, data = {5}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.37638044, 0.2395886, 0.30512983}},
        result = {shape = {}, data = {1}},
        state = {{shape = {1}, data = {6}}, {shape = {1}, data = {0}}}}}},
  {
    name = "Recall",
    options = {thresholds = {0.25, 0.5, 0.9}},
    tag = "b1_ties",
    log_name = "recall_4",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {1, 1, 0.875, 0.5, 0.625}},
        result = {shape = {3}, data = {1, 1, 0.33333334}},
        state = {{shape = {3}, data = {3, 3, 1}}, {shape = {3}, data = {0, 0, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.125, 0.625, 0.625, 0.125, 0.25}},
        result = {shape = {3}, data = {0.71428573, 0.71428573, 0.14285715}},
        state = {{shape = {3}, data = {5, 5, 1}}, {shape = {3}, data = {2, 2, 6}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.25, 0.375, 0.5}},
        result = {shape = {3}, data = {0.6666667, 0.5555556, 0.11111111}},
        state = {{shape = {3}, data = {6, 5, 1}}, {shape = {3}, data = {3, 4, 8}}}}}},
  {
    name = "Recall",
    options = {thresholds = {0, 0.25, 0.5, 0.75, 1}},
    tag = "b2_ties",
    log_name = "recall_5",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 2}, data = {0, 0, 0, 0, 0, 0, 1, 1, 1, 0}},
        y_pred = {shape = {5, 2}, data = {0.375, 0.625, 0.25, 1, 0.5, 0.125, 0, 0.75, 0.5, 1}},
        result = {shape = {5}, data = {0.6666667, 0.6666667, 0.33333334, 0, 0}},
        state = {{shape = {5}, data = {2, 2, 1, 0, 0}}, {shape = {5}, data = {1, 1, 2, 3, 3}}}},
      {
        y_true = {shape = {5, 2}, data = {1, 0, 1, 0, 1, 0, 1, 1, 0, 1}},
        y_pred = {shape = {5, 2}, data = {0.125, 0.625, 0.75, 0.375, 0, 0.125, 0, 1, 0.75, 0.875}},
        result = {shape = {5}, data = {0.6666667, 0.5555556, 0.44444445, 0.22222222, 0}},
        state = {{shape = {5}, data = {6, 5, 4, 2, 0}}, {shape = {5}, data = {3, 4, 5, 7, 9}}}},
      {
        y_true = {shape = {3, 2}, data = {1, 1, 1, 0, 0, 1}},
        y_pred = {shape = {3, 2}, data = {0.625, 0.125, 0.5, 0.75, 0.125, 0.875}},
        result = {shape = {5}, data = {0.7692308, 0.61538464, 0.46153846, 0.23076923, 0}},
        state = {
          {shape = {5}, data = {10, 8, 6, 3, 0}},
          {shape = {5}, data = {3, 5, 7, 10, 13}}}}}},
  {
    name = "Recall",
    options = {top_k = 2},
    tag = "b5",
    log_name = "recall_6",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 5}, data = {
          0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0}},
        y_pred = {shape = {5, 5}, data = {
          0.7835585, 0.31782258, 0.31517845, 0.19224328, 0.9613511, 0.303951, 0.97013855, 0.7523314,
          0.23808818, 0.35946885, 0.3054747, 0.950031, 0.07895728, 0.73296845, 0.69677633,
          0.8448785, 0.38526788, 0.6722808, 0.20505786, 0.26437932, 0.14909205, 0.8502689,
          0.5305934, 0.59829026, 0.3581033}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {5}}}},
      {
        y_true = {shape = {5, 5}, data = {
          0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0}},
        y_pred = {shape = {5, 5}, data = {
          0.75995463, 0.51827765, 0.4662802, 0.76153046, 0.61130065, 0.38196266, 0.17005621,
          0.28934282, 0.27099895, 0.30192885, 0.57526404, 0.91888434, 0.93670833, 0.7456566,
          0.5345233, 0.41494215, 0.5608267, 0.9616573, 0.75262755, 0.70959264, 0.1785896, 0.8663498,
          0.57320154, 0.8621047, 0.7865843}},
        result = {shape = {}, data = {0.3}},
        state = {{shape = {1}, data = {3}}, {shape = {1}, data = {7}}}},
      {
        y_true = {shape = {3, 5}, data = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
        y_pred = {shape = {3, 5}, data = {
          0.30457282, 0.809885, 0.5244505, 0.19519609, 0.86765546, 0.96016693, 0.5323724, 0.9447363,
          0.59268314, 0.8945938, 0.60974455, 0.19543235, 0.038829997, 0.025947854, 0.8087478}},
        result = {shape = {}, data = {0.3846154}},
        state = {{shape = {1}, data = {5}}, {shape = {1}, data = {8}}}}}},
  {
    name = "Recall",
    options = {class_id = 1},
    tag = "b3",
    log_name = "recall_7",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.5990323, 0.919492, 0.5513171, 0.37876928, 0.6646124, 0.8870571, 0.6670687, 0.892032,
          0.34891397, 0.9155451, 0.46534088, 0.23853657, 0.04158262, 0.5401196, 0.85664725}},
        result = {shape = {}, data = {0}},
        state = {{shape = {1}, data = {0}}, {shape = {1}, data = {0}}}},
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.64216226, 0.11446832, 0.9758977, 0.43741864, 0.12675858, 0.39524028, 0.38675544,
          0.9640459, 0.66107315, 0.6677986, 0.651693, 0.89687634, 0.9632105, 0.027933097, 0.6085921}},
        result = {shape = {}, data = {0.6666667}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {1}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 0, 1, 0, 0, 0, 1}},
        y_pred = {shape = {3, 3}, data = {
          0.53693193, 0.10738334, 0.28599453, 0.6758372, 0.86130226, 0.17146812, 0.45407507,
          0.663923, 0.95937794}},
        result = {shape = {}, data = {0.6}},
        state = {{shape = {1}, data = {3}}, {shape = {1}, data = {2}}}}}},
  {
    name = "Recall",
    options = {class_id = 2, top_k = 1},
    tag = "b3",
    log_name = "recall_8",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.6003391, 0.23712814, 0.71993786, 0.69073504, 0.52971905, 0.74543357, 0.91527694,
          0.81447613, 0.3483535, 0.35924667, 0.57287675, 0.6427118, 0.31076673, 0.24438247,
          0.6076259}},
        result = {shape = {}, data = {0.6666667}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {1}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.11919645, 0.33291402, 0.2585677, 0.33518842, 0.5311389, 0.14220916, 0.8839206,
          0.68381405, 0.18470098, 0.29079127, 0.78093696, 0.16517869, 0.7958996, 0.6741847,
          0.8659922}},
        result = {shape = {}, data = {0.4}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {3}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 0, 1, 0, 0, 1, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.26487726, 0.76875037, 0.58373743, 0.050169356, 0.06475021, 0.09559259, 0.109076,
          0.37963134, 0.7712416}},
        result = {shape = {}, data = {0.4}},
        state = {{shape = {1}, data = {2}}, {shape = {1}, data = {3}}}}}},
  {
    name = "Recall",
    options = {thresholds = {0.2, 0.6}, class_id = 0},
    tag = "b3",
    log_name = "recall_9",
    state_names = {"true_positives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.80116075, 0.11818015, 0.3852636, 0.89599216, 0.6188203, 0.5133626, 0.79916066,
          0.1387012, 0.19825579, 0.6442919, 0.82595235, 0.701797, 0.69853306, 0.587105, 0.7670653}},
        result = {shape = {2}, data = {1, 1}},
        state = {{shape = {2}, data = {2, 2}}, {shape = {2}, data = {0, 0}}}},
      {
        y_true = {shape = {5, 3}, data = {0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.17411819, 0.1505249, 0.12688494, 0.9148113, 0.18047923, 0.940616, 0.83237195, 0.4412968,
          0.5003509, 0.2853926, 0.94937587, 0.62542903, 0.94000965, 0.642798, 0.86352724}},
        result = {shape = {2}, data = {1, 1}},
        state = {{shape = {2}, data = {3, 3}}, {shape = {2}, data = {0, 0}}}},
      {
        y_true = {shape = {3, 3}, data = {1, 0, 0, 0, 0, 1, 1, 0, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.67566335, 0.8975812, 0.50063366, 0.9198668, 0.05931858, 0.43307018, 0.46072832,
          0.636141, 0.725056}},
        result = {shape = {2}, data = {1, 0.8}},
        state = {{shape = {2}, data = {5, 4}}, {shape = {2}, data = {0, 1}}}}}},
  {
    name = "AUC",
    options = {},
    tag = "b1",
    log_name = "auc",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.4969799, 0.970466, 0.69765985, 0.38756692, 0.6481157}},
        result = {shape = {}, data = {1}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.76165605, 0.2782024, 0.92251986, 0.34274477, 0.66328216}},
        result = {shape = {}, data = {0.75}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.15503857, 0.45615223, 0.53754}},
        result = {shape = {}, data = {0.75000006}}}}},
  {
    name = "AUC",
    options = {},
    tag = "b1_ties",
    log_name = "auc_1",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.125, 0.875, 0.25, 0.25, 0.5}},
        result = {shape = {}, data = {0.4166667}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.25, 1, 0.625, 0.5, 0.5}},
        result = {shape = {}, data = {0.36}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.875, 0.25, 0.5}},
        result = {shape = {}, data = {0.47619045}}}}},
  {
    name = "AUC",
    options = {num_thresholds = 5},
    tag = "b1",
    log_name = "auc_2",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.78565156, 0.7058394, 0.58193713, 0.7003292, 0.18387015}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {5}, data = {2, 2, 2, 0, 0}},
          {shape = {5}, data = {3, 2, 2, 1, 0}},
          {shape = {5}, data = {0, 1, 1, 2, 3}},
          {shape = {5}, data = {0, 0, 0, 2, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.5226335, 0.9527183, 0.18033612, 0.13624085, 0.8877215}},
        result = {shape = {}, data = {0.49999997}},
        state = {
          {shape = {5}, data = {5, 4, 4, 1, 0}},
          {shape = {5}, data = {5, 3, 3, 2, 0}},
          {shape = {5}, data = {0, 2, 2, 3, 5}},
          {shape = {5}, data = {0, 1, 1, 4, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.37348986, 0.065871164, 0.8944753}},
        result = {shape = {}, data = {0.48749998}},
        state = {
          {shape = {5}, data = {8, 6, 5, 2, 0}},
          {shape = {5}, data = {5, 3, 3, 2, 0}},
          {shape = {5}, data = {0, 2, 2, 3, 5}},
          {shape = {5}, data = {0, 2, 3, 6, 8}}}}}},
  {
    name = "AUC",
    options = {num_thresholds = 5},
    tag = "b1_ties",
    log_name = "auc_3",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.375, 0.5, 0.625, 1, 0}},
        result = {shape = {}, data = {0}},
        state = {
          {shape = {5}, data = {3, 2, 0, 0, 0}},
          {shape = {5}, data = {2, 2, 2, 1, 0}},
          {shape = {5}, data = {0, 0, 0, 1, 2}},
          {shape = {5}, data = {0, 1, 3, 3, 3}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0, 0.25, 0.75, 0.625, 0.125}},
        result = {shape = {}, data = {0.35999998}},
        state = {
          {shape = {5}, data = {5, 3, 1, 0, 0}},
          {shape = {5}, data = {5, 3, 3, 1, 0}},
          {shape = {5}, data = {0, 2, 2, 4, 5}},
          {shape = {5}, data = {0, 2, 4, 5, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.875, 0, 0.75}},
        result = {shape = {}, data = {0.4375}},
        state = {
          {shape = {5}, data = {8, 5, 3, 1, 0}},
          {shape = {5}, data = {5, 3, 3, 1, 0}},
          {shape = {5}, data = {0, 2, 2, 4, 5}},
          {shape = {5}, data = {0, 3, 5, 7, 8}}}}}},
  {
    name = "AUC",
    options = {num_thresholds = 2},
    tag = "b1",
    log_name = "auc_4",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.8646557, 0.95380545, 0.9307982, 0.74929994, 0.47812873}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {1, 0}},
          {shape = {2}, data = {4, 0}},
          {shape = {2}, data = {0, 4}},
          {shape = {2}, data = {0, 1}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.08764449, 0.18853949, 0.13583477, 0.24928162, 0.48233655}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {5, 0}},
          {shape = {2}, data = {5, 0}},
          {shape = {2}, data = {0, 5}},
          {shape = {2}, data = {0, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.8898941, 0.6112404, 0.18030725}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {5, 0}},
          {shape = {2}, data = {8, 0}},
          {shape = {2}, data = {0, 8}},
          {shape = {2}, data = {0, 5}}}}}},
  {
    name = "AUC",
    options = {num_thresholds = 2},
    tag = "b1_ties",
    log_name = "auc_5",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.125, 0.875, 0.625, 0.5, 0.875}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {2, 0}},
          {shape = {2}, data = {3, 0}},
          {shape = {2}, data = {0, 3}},
          {shape = {2}, data = {0, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.5, 0.125, 0.375, 1, 0.375}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {5, 0}},
          {shape = {2}, data = {5, 0}},
          {shape = {2}, data = {0, 5}},
          {shape = {2}, data = {0, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0, 0.5, 0.25}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {2}, data = {7, 0}},
          {shape = {2}, data = {6, 0}},
          {shape = {2}, data = {0, 6}},
          {shape = {2}, data = {0, 7}}}}}},
  {
    name = "AUC",
    options = {curve = "PR"},
    tag = "b1",
    log_name = "auc_6",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.12074764, 0.7153405, 0.6233007, 0.054695413, 0.7844994}},
        result = {shape = {}, data = {0.7160826}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.791144, 0.68069005, 0.3614375, 0.38301584, 0.6263288}},
        result = {shape = {}, data = {0.36457354}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.5031788, 0.9334558, 0.13222076}},
        result = {shape = {}, data = {0.60403746}}}}},
  {
    name = "AUC",
    options = {curve = "PR"},
    tag = "b1_ties",
    log_name = "auc_7",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.5, 0.625, 0.75, 0.625, 0}},
        result = {shape = {}, data = {0.23376155}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.5, 0.5, 0, 0.75, 0.75}},
        result = {shape = {}, data = {0.18857905}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.25, 0.5, 0.75}},
        result = {shape = {}, data = {0.147139}}}}},
  {
    name = "AUC",
    options = {curve = "PR", num_thresholds = 7},
    tag = "b1",
    log_name = "auc_8",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.667875, 0.046589307, 0.6544302, 0.21293709, 0.8492787}},
        result = {shape = {}, data = {0.5379018}},
        state = {
          {shape = {7}, data = {3, 3, 2, 2, 1, 0, 0}},
          {shape = {7}, data = {2, 1, 1, 1, 1, 1, 0}},
          {shape = {7}, data = {0, 1, 1, 1, 1, 1, 2}},
          {shape = {7}, data = {0, 0, 1, 1, 2, 3, 3}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.8739251, 0.32535142, 0.72301406, 0.8510556, 0.6281029}},
        result = {shape = {}, data = {0.49172577}},
        state = {
          {shape = {7}, data = {5, 5, 4, 4, 3, 1, 0}},
          {shape = {7}, data = {5, 4, 3, 3, 2, 2, 0}},
          {shape = {7}, data = {0, 1, 2, 2, 3, 3, 5}},
          {shape = {7}, data = {0, 0, 1, 1, 2, 4, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.2916871, 0.391243, 0.5042312}},
        result = {shape = {}, data = {0.51094866}},
        state = {
          {shape = {7}, data = {6, 6, 5, 5, 3, 1, 0}},
          {shape = {7}, data = {7, 6, 4, 3, 2, 2, 0}},
          {shape = {7}, data = {0, 1, 3, 4, 5, 5, 7}},
          {shape = {7}, data = {0, 0, 1, 1, 3, 5, 6}}}}}},
  {
    name = "AUC",
    options = {curve = "PR", num_thresholds = 7},
    tag = "b1_ties",
    log_name = "auc_9",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.75, 0.375, 1, 0.25, 0.75}},
        result = {shape = {}, data = {0.6594496}},
        state = {
          {shape = {7}, data = {3, 3, 2, 1, 1, 1, 0}},
          {shape = {7}, data = {2, 2, 2, 2, 2, 0, 0}},
          {shape = {7}, data = {0, 0, 0, 0, 0, 2, 2}},
          {shape = {7}, data = {0, 0, 1, 2, 2, 2, 3}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.25, 0.25, 0.125, 0.375, 0.75}},
        result = {shape = {}, data = {0.5126356}},
        state = {
          {shape = {7}, data = {5, 4, 2, 1, 1, 1, 0}},
          {shape = {7}, data = {5, 5, 4, 3, 3, 0, 0}},
          {shape = {7}, data = {0, 0, 1, 2, 2, 5, 5}},
          {shape = {7}, data = {0, 1, 3, 4, 4, 4, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0, 0, 0.875}},
        result = {shape = {}, data = {0.63866687}},
        state = {
          {shape = {7}, data = {6, 5, 3, 2, 2, 2, 0}},
          {shape = {7}, data = {7, 5, 4, 3, 3, 0, 0}},
          {shape = {7}, data = {0, 2, 3, 4, 4, 7, 7}},
          {shape = {7}, data = {0, 1, 3, 4, 4, 4, 6}}}}}},
  {
    name = "AUC",
    options = {summation_method = "minoring", num_thresholds = 11},
    tag = "b1",
    log_name = "auc_10",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.89697355, 0.5190816, 0.31064397, 0.041014135, 0.60438734}},
        result = {shape = {}, data = {0}},
        state = {
          {shape = {11}, data = {3, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {2, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2}},
          {shape = {11}, data = {0, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.33278894, 0.34816307, 0.6823292, 0.87068707, 0.11384123}},
        result = {shape = {}, data = {0.32}},
        state = {
          {shape = {11}, data = {5, 4, 4, 4, 2, 2, 1, 1, 1, 0, 0}},
          {shape = {11}, data = {5, 5, 4, 4, 3, 3, 3, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 1, 1, 2, 2, 2, 4, 4, 5, 5}},
          {shape = {11}, data = {0, 1, 1, 1, 3, 3, 4, 4, 4, 5, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.30226192, 0.027487935, 0.6035686}},
        result = {shape = {}, data = {0.30952382}},
        state = {
          {shape = {11}, data = {7, 5, 5, 5, 3, 3, 2, 1, 1, 0, 0}},
          {shape = {11}, data = {6, 6, 5, 5, 3, 3, 3, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 1, 1, 3, 3, 3, 5, 5, 6, 6}},
          {shape = {11}, data = {0, 2, 2, 2, 4, 4, 5, 6, 6, 7, 7}}}}}},
  {
    name = "AUC",
    options = {summation_method = "minoring", num_thresholds = 11},
    tag = "b1_ties",
    log_name = "auc_11",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.875, 0.375, 0.625, 0.875, 0.375}},
        result = {shape = {}, data = {0.5}},
        state = {
          {shape = {11}, data = {4, 4, 4, 4, 2, 2, 2, 2, 2, 0, 0}},
          {shape = {11}, data = {1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}},
          {shape = {11}, data = {0, 0, 0, 0, 2, 2, 2, 2, 2, 4, 4}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {1, 0.625, 0.375, 1, 0.375}},
        result = {shape = {}, data = {0.6666667}},
        state = {
          {shape = {11}, data = {6, 6, 6, 6, 4, 4, 4, 4, 4, 2, 0}},
          {shape = {11}, data = {4, 4, 4, 4, 2, 2, 2, 0, 0, 0, 0}},
          {shape = {11}, data = {0, 0, 0, 0, 2, 2, 2, 4, 4, 4, 4}},
          {shape = {11}, data = {0, 0, 0, 0, 2, 2, 2, 2, 2, 4, 6}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.625, 0.875, 0.25}},
        result = {shape = {}, data = {0.6666667}},
        state = {
          {shape = {11}, data = {6, 6, 6, 6, 4, 4, 4, 4, 4, 2, 0}},
          {shape = {11}, data = {7, 7, 7, 6, 4, 4, 4, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 0, 1, 3, 3, 3, 6, 6, 7, 7}},
          {shape = {11}, data = {0, 0, 0, 0, 2, 2, 2, 2, 2, 4, 6}}}}}},
  {
    name = "AUC",
    options = {summation_method = "majoring", num_thresholds = 11},
    tag = "b1",
    log_name = "auc_12",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.12328594, 0.6223248, 0.5971588, 0.759091, 0.8465297}},
        result = {shape = {}, data = {0.3333333}},
        state = {
          {shape = {11}, data = {2, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0}},
          {shape = {11}, data = {3, 3, 2, 2, 2, 2, 2, 2, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 1, 1, 1, 1, 1, 1, 2, 3, 3}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.12901619, 0.38680303, 0.3749712, 0.12626848, 0.39387175}},
        result = {shape = {}, data = {0.4166667}},
        state = {
          {shape = {11}, data = {6, 6, 4, 4, 2, 2, 1, 0, 0, 0, 0}},
          {shape = {11}, data = {4, 4, 3, 3, 2, 2, 2, 2, 1, 0, 0}},
          {shape = {11}, data = {0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 4}},
          {shape = {11}, data = {0, 0, 2, 2, 4, 4, 5, 6, 6, 6, 6}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.6157525, 0.18944322, 0.90423006}},
        result = {shape = {}, data = {0.325}},
        state = {
          {shape = {11}, data = {8, 8, 5, 5, 3, 3, 2, 0, 0, 0, 0}},
          {shape = {11}, data = {5, 5, 4, 4, 3, 3, 3, 3, 2, 1, 0}},
          {shape = {11}, data = {0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 5}},
          {shape = {11}, data = {0, 0, 3, 3, 5, 5, 6, 8, 8, 8, 8}}}}}},
  {
    name = "AUC",
    options = {summation_method = "majoring", num_thresholds = 11},
    tag = "b1_ties",
    log_name = "auc_13",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0, 0.125, 0.875, 0, 0.5}},
        result = {shape = {}, data = {0.25}},
        state = {
          {shape = {11}, data = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {4, 3, 2, 2, 2, 1, 1, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4}},
          {shape = {11}, data = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.75, 0.125, 0.375, 0.125, 0}},
        result = {shape = {}, data = {0.625}},
        state = {
          {shape = {11}, data = {4, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0}},
          {shape = {11}, data = {6, 4, 2, 2, 2, 1, 1, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 2, 4, 4, 4, 5, 5, 5, 5, 6, 6}},
          {shape = {11}, data = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.875, 0.875, 0}},
        result = {shape = {}, data = {0.425}},
        state = {
          {shape = {11}, data = {5, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0}},
          {shape = {11}, data = {8, 6, 4, 4, 4, 3, 3, 3, 3, 0, 0}},
          {shape = {11}, data = {0, 2, 4, 4, 4, 5, 5, 5, 5, 8, 8}},
          {shape = {11}, data = {0, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5}}}}}},
  {
    name = "AUC",
    options = {curve = "PR", summation_method = "minoring", num_thresholds = 11},
    tag = "b1",
    log_name = "auc_14",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.9566329, 0.5168589, 0.043343637, 0.65640545, 0.22146358}},
        result = {shape = {}, data = {0.25}},
        state = {
          {shape = {11}, data = {2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 0}},
          {shape = {11}, data = {3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0}},
          {shape = {11}, data = {0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.31545648, 0.3724591, 0.63030887, 0.6194175, 0.8919974}},
        result = {shape = {}, data = {0.4}},
        state = {
          {shape = {11}, data = {4, 4, 4, 4, 4, 4, 3, 1, 1, 1, 0}},
          {shape = {11}, data = {6, 5, 5, 4, 2, 2, 2, 1, 1, 0, 0}},
          {shape = {11}, data = {0, 1, 1, 2, 4, 4, 4, 5, 5, 6, 6}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 0, 1, 3, 3, 3, 4}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 1}},
        y_pred = {shape = {3, 1}, data = {0.9458002, 0.68811446, 0.38214028}},
        result = {shape = {}, data = {0.30995673}},
        state = {
          {shape = {11}, data = {5, 5, 5, 5, 4, 4, 3, 1, 1, 1, 0}},
          {shape = {11}, data = {8, 7, 7, 6, 4, 4, 4, 2, 2, 1, 0}},
          {shape = {11}, data = {0, 1, 1, 2, 4, 4, 4, 6, 6, 7, 8}},
          {shape = {11}, data = {0, 0, 0, 0, 1, 1, 2, 4, 4, 4, 5}}}}}},
  {
    name = "AUC",
    options = {curve = "PR", summation_method = "minoring", num_thresholds = 11},
    tag = "b1_ties",
    log_name = "auc_15",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0, 1, 0.125, 0.75, 0.125}},
        result = {shape = {}, data = {0}},
        state = {
          {shape = {11}, data = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {4, 4, 2, 2, 2, 2, 2, 2, 1, 1, 0}},
          {shape = {11}, data = {0, 0, 2, 2, 2, 2, 2, 2, 3, 3, 4}},
          {shape = {11}, data = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.75, 0.5, 0.25, 0.375, 0.25}},
        result = {shape = {}, data = {0.18333334}},
        state = {
          {shape = {11}, data = {4, 3, 3, 1, 1, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {6, 6, 4, 4, 3, 3, 3, 3, 1, 1, 0}},
          {shape = {11}, data = {0, 0, 2, 2, 3, 3, 3, 3, 5, 5, 6}},
          {shape = {11}, data = {0, 1, 1, 3, 3, 4, 4, 4, 4, 4, 4}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.75, 0.375, 0.5}},
        result = {shape = {}, data = {0.25}},
        state = {
          {shape = {11}, data = {6, 5, 5, 3, 2, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {7, 7, 5, 5, 4, 4, 4, 4, 1, 1, 0}},
          {shape = {11}, data = {0, 0, 2, 2, 3, 3, 3, 3, 6, 6, 7}},
          {shape = {11}, data = {0, 1, 1, 3, 4, 6, 6, 6, 6, 6, 6}}}}}},
  {
    name = "AUC",
    options = {curve = "PR", summation_method = "majoring", num_thresholds = 11},
    tag = "b1",
    log_name = "auc_16",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.41671395, 0.2545244, 0.69755816, 0.7754308, 0.56047255}},
        result = {shape = {}, data = {1}},
        state = {
          {shape = {11}, data = {4, 4, 4, 4, 4, 3, 2, 1, 0, 0, 0}},
          {shape = {11}, data = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 4}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.94794476, 0.5115042, 0.7352543, 0.32300356, 0.36446005}},
        result = {shape = {}, data = {0.7095238}},
        state = {
          {shape = {11}, data = {5, 5, 5, 5, 5, 4, 3, 2, 0, 0, 0}},
          {shape = {11}, data = {5, 5, 5, 4, 2, 2, 1, 1, 1, 1, 0}},
          {shape = {11}, data = {0, 0, 0, 1, 3, 3, 4, 4, 4, 4, 5}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 1, 2, 3, 5, 5, 5}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.03492358, 0.9155567, 0.21831915}},
        result = {shape = {}, data = {0.7071429}},
        state = {
          {shape = {11}, data = {7, 7, 7, 6, 6, 5, 4, 3, 1, 1, 0}},
          {shape = {11}, data = {6, 5, 5, 4, 2, 2, 1, 1, 1, 1, 0}},
          {shape = {11}, data = {0, 1, 1, 2, 4, 4, 5, 5, 5, 5, 6}},
          {shape = {11}, data = {0, 0, 0, 1, 1, 2, 3, 4, 6, 6, 7}}}}}},
  {
    name = "AUC",
    options = {curve = "PR", summation_method = "majoring", num_thresholds = 11},
    tag = "b1_ties",
    log_name = "auc_17",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.875, 1, 0, 0.5, 0.25}},
        result = {shape = {}, data = {0.325}},
        state = {
          {shape = {11}, data = {2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {3, 3, 3, 3, 3, 2, 2, 2, 2, 1, 0}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3}},
          {shape = {11}, data = {0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.625, 0.625, 0.875, 1, 0.25}},
        result = {shape = {}, data = {0.24814814}},
        state = {
          {shape = {11}, data = {3, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {7, 7, 7, 7, 7, 6, 6, 4, 4, 2, 0}},
          {shape = {11}, data = {0, 0, 0, 0, 0, 1, 1, 3, 3, 5, 7}},
          {shape = {11}, data = {0, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.375, 0.25, 0.75}},
        result = {shape = {}, data = {0.22970085}},
        state = {
          {shape = {11}, data = {4, 3, 3, 1, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {11}, data = {9, 9, 9, 8, 8, 7, 7, 5, 4, 2, 0}},
          {shape = {11}, data = {0, 0, 0, 1, 1, 2, 2, 4, 5, 7, 9}},
          {shape = {11}, data = {0, 1, 1, 3, 4, 4, 4, 4, 4, 4, 4}}}}}},
  {
    name = "AUC",
    options = {thresholds = {0.2, 0.35, 0.9}},
    tag = "b1",
    log_name = "auc_18",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.100924924, 0.7428025, 0.41078898, 0.1186465, 0.41118854}},
        result = {shape = {}, data = {0.5833334}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.05571766, 0.10926568, 0.81181043, 0.7364052, 0.044788163}},
        result = {shape = {}, data = {0.5}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.64836794, 0.25712857, 0.1708006}},
        result = {shape = {}, data = {0.58750004}}}}},
  {
    name = "AUC",
    options = {thresholds = {0.2, 0.35, 0.9}},
    tag = "b1_ties",
    log_name = "auc_19",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.25, 0.875, 1, 0.875, 1}},
        result = {shape = {}, data = {0}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.875, 0, 1, 0.5, 0}},
        result = {shape = {}, data = {0.5}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.375, 0.75, 0.75}},
        result = {shape = {}, data = {0.5}}}}},
  {
    name = "AUC",
    options = {num_thresholds = 50},
    tag = "b1_weighted",
    log_name = "auc_20",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.9030672, 0.44124955, 0.7069875, 0.102761194, 0.69835323}},
        sample_weight = {shape = {5}, data = {1.7758129, 1.3337058, 1.4552286, 1.2769386, 1.1454905}},
        result = {shape = {}, data = {0.57145476}}},
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.2642515, 0.117539644, 0.24986844, 0.8300273, 0.47868782}},
        sample_weight = {shape = {5}, data = {1.0871503, 1.5895274, 0.21277592, 0.885026, 0.39873898}},
        result = {shape = {}, data = {0.606312}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 1}},
        y_pred = {shape = {3, 1}, data = {0.09932963, 0.63215226, 0.5806693}},
        sample_weight = {shape = {3}, data = {1.3984205, 1.5256363, 0.4978791}},
        result = {shape = {}, data = {0.41783646}}}}},
  {
    name = "AUC",
    options = {from_logits = true},
    tag = "b1_logits",
    log_name = "auc_21",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 0, 1, 1, 1}},
        y_pred = {shape = {5, 1}, data = {0.76000243, 1.6421778, 0.99187565, 1.296185, -0.5552911}},
        result = {shape = {}, data = {0}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {-0.74880964, 0.8097536, -0.34214142, -0.091317825, -0.35914814}},
        result = {shape = {}, data = {0.6666666}}},
      {
        y_true = {shape = {3, 1}, data = {1, 0, 1}},
        y_pred = {shape = {3, 1}, data = {1.0057168, 1.1689178, -0.52264774}},
        result = {shape = {}, data = {0.525}}}}},
  {
    name = "AUC",
    options = {multi_label = true, num_thresholds = 9},
    tag = "b3",
    log_name = "auc_22",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.7943592, 0.7400057, 0.63905114, 0.7016569, 0.6454245, 0.09912957, 0.279487, 0.587252,
          0.4770717, 0.8408521, 0.2565593, 0.25207713, 0.16919869, 0.76211715, 0.729862}},
        result = {shape = {}, data = {0.5833334}},
        state = {
          {shape = {9, 3}, data = {
            4, 3, 1, 4, 3, 1, 4, 3, 1, 3, 3, 0, 3, 3, 0, 3, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            1, 2, 4, 1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2, 0, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 4, 1, 2, 4, 1, 2, 4}},
          {shape = {9, 3}, data = {
            0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 2, 3, 1, 4, 3, 1, 4, 3, 1}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.5470084, 0.7615873, 0.57329434, 0.5322484, 0.4827061, 0.6570944, 0.0945659, 0.45981142,
          0.20253636, 0.04110396, 0.8572092, 0.40651318, 0.16452447, 0.9356758, 0.09150652}},
        result = {shape = {}, data = {0.5654762}},
        state = {
          {shape = {9, 3}, data = {
            8, 7, 4, 6, 7, 4, 5, 7, 3, 4, 7, 2, 4, 6, 1, 3, 5, 0, 2, 3, 0, 0, 1, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            2, 3, 6, 2, 3, 4, 1, 3, 4, 1, 2, 4, 1, 1, 3, 0, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 0, 0, 2, 1, 0, 2, 1, 1, 2, 1, 2, 3, 2, 2, 3, 2, 2, 6, 2, 3, 6, 2, 3, 6}},
          {shape = {9, 3}, data = {
            0, 0, 0, 2, 0, 0, 3, 0, 1, 4, 0, 2, 4, 1, 3, 5, 2, 4, 6, 4, 4, 8, 6, 4, 8, 7, 4}}}},
      {
        y_true = {shape = {3, 3}, data = {1, 0, 1, 1, 1, 0, 0, 1, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.33713388, 0.09787138, 0.08344435, 0.81977606, 0.93397593, 0.18828937, 0.33313558,
          0.8719698, 0.36692536}},
        result = {shape = {}, data = {0.6152778}},
        state = {
          {shape = {9, 3}, data = {
            10, 9, 5, 8, 9, 4, 7, 9, 3, 5, 9, 2, 5, 8, 1, 4, 7, 0, 3, 5, 0, 0, 2, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            3, 4, 8, 3, 3, 6, 2, 3, 5, 1, 2, 4, 1, 1, 3, 0, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 0, 1, 2, 1, 1, 3, 2, 2, 4, 2, 3, 5, 3, 3, 5, 3, 3, 8, 3, 4, 8, 3, 4, 8}},
          {shape = {9, 3}, data = {
            0, 0, 0, 2, 0, 1, 3, 0, 2, 5, 0, 3, 5, 1, 4, 6, 2, 5, 7, 4, 5, 10, 7, 5, 10, 9, 5}}}}}},
  {
    name = "AUC",
    options = {
      multi_label = true,
      num_labels = 3,
      label_weights = {1, 2, 0.5},
      num_thresholds = 9},
    tag = "b3",
    log_name = "auc_23",
    state_names = {"true_positives", "false_positives", "true_negatives", "false_negatives"},
    batches = {
      {
        y_true = {shape = {5, 3}, data = {0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0}},
        y_pred = {shape = {5, 3}, data = {
          0.93780124, 0.74261236, 0.60466945, 0.04651324, 0.89228266, 0.11272722, 0.43581834,
          0.962762, 0.12936847, 0.5222176, 0.21598913, 0.9724985, 0.28824347, 0.2998599, 0.4025268}},
        result = {shape = {}, data = {0.42857143}},
        state = {
          {shape = {9, 3}, data = {
            2, 2, 0, 2, 2, 0, 2, 2, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            3, 3, 5, 2, 3, 4, 2, 2, 3, 2, 2, 3, 2, 2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 1, 0, 1, 1, 1, 2, 1, 1, 2, 1, 1, 3, 2, 1, 4, 2, 2, 4, 2, 2, 4, 3, 3, 5}},
          {shape = {9, 3}, data = {
            0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 2, 0}}}},
      {
        y_true = {shape = {5, 3}, data = {1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}},
        y_pred = {shape = {5, 3}, data = {
          0.70295835, 0.2300404, 0.63900787, 0.95501137, 0.48156407, 0.08806235, 0.30960453,
          0.1002386, 0.35340384, 0.91390264, 0.49049813, 0.2999522, 0.121765964, 0.72183806,
          0.5146872}},
        result = {shape = {}, data = {0.44217685}},
        state = {
          {shape = {9, 3}, data = {
            6, 7, 3, 5, 6, 3, 5, 5, 3, 4, 4, 1, 3, 2, 1, 3, 2, 0, 2, 1, 0, 2, 1, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            4, 3, 7, 3, 3, 5, 3, 2, 4, 2, 2, 4, 2, 2, 3, 1, 2, 2, 1, 1, 1, 1, 1, 1, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 1, 0, 2, 1, 1, 3, 2, 1, 3, 2, 1, 4, 3, 1, 5, 3, 2, 6, 3, 2, 6, 4, 3, 7}},
          {shape = {9, 3}, data = {
            0, 0, 0, 1, 1, 0, 1, 2, 0, 2, 3, 2, 3, 5, 2, 3, 5, 3, 4, 6, 3, 4, 6, 3, 6, 7, 3}}}},
      {
        y_true = {shape = {3, 3}, data = {0, 1, 0, 0, 0, 0, 1, 1, 0}},
        y_pred = {shape = {3, 3}, data = {
          0.48571947, 0.1308568, 0.6373612, 0.8423401, 0.04317608, 0.9592843, 0.7047209, 0.51612157,
          0.09325238}},
        result = {shape = {}, data = {0.50192744}},
        state = {
          {shape = {9, 3}, data = {
            7, 9, 3, 6, 8, 3, 6, 6, 3, 5, 5, 1, 4, 3, 1, 4, 2, 0, 2, 1, 0, 2, 1, 0, 0, 0, 0}},
          {shape = {9, 3}, data = {
            6, 4, 10, 5, 3, 7, 5, 2, 6, 4, 2, 6, 3, 2, 5, 2, 2, 4, 2, 1, 2, 1, 1, 2, 0, 0, 0}},
          {shape = {9, 3}, data = {
            0, 0, 0, 1, 1, 3, 1, 2, 4, 2, 2, 4, 3, 2, 5, 4, 2, 6, 4, 3, 8, 5, 3, 8, 6, 4, 10}},
          {shape = {9, 3}, data = {
            0, 0, 0, 1, 1, 0, 1, 3, 0, 2, 4, 2, 3, 6, 2, 3, 7, 3, 5, 8, 3, 5, 8, 3, 7, 9, 3}}}}}},
  {
    name = "TruePositives",
    options = {thresholds = {0.3, 0.7}},
    tag = "b1",
    log_name = "true_positives",
    state_names = {"accumulator"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 1, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.8969933, 0.9270098, 0.3319283, 0.21857156, 0.7146487}},
        result = {shape = {2}, data = {1, 0}},
        state = {{shape = {2}, data = {1, 0}}}},
      {
        y_true = {shape = {5, 1}, data = {0, 1, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.7999722, 0.7263482, 0.52527994, 0.43655813, 0.64099604}},
        result = {shape = {2}, data = {3, 1}},
        state = {{shape = {2}, data = {3, 1}}}},
      {
        y_true = {shape = {3, 1}, data = {1, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.64260125, 0.91036046, 0.4672655}},
        result = {shape = {2}, data = {5, 2}},
        state = {{shape = {2}, data = {5, 2}}}}}},
  {
    name = "TrueNegatives",
    options = {thresholds = {0.3, 0.7}},
    tag = "b1",
    log_name = "true_negatives",
    state_names = {"accumulator"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.11785034, 0.49605516, 0.6753788, 0.31437835, 0.25633863}},
        result = {shape = {2}, data = {0, 2}},
        state = {{shape = {2}, data = {0, 2}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.12772895, 0.15265429, 0.8779818, 0.7905471, 0.8742553}},
        result = {shape = {2}, data = {0, 2}},
        state = {{shape = {2}, data = {0, 2}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.5898857, 0.19550513, 0.95599484}},
        result = {shape = {2}, data = {0, 3}},
        state = {{shape = {2}, data = {0, 3}}}}}},
  {
    name = "FalsePositives",
    options = {thresholds = {0.3, 0.7}},
    tag = "b1",
    log_name = "false_positives",
    state_names = {"accumulator"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {0, 0, 0, 0, 1}},
        y_pred = {shape = {5, 1}, data = {0.058359355, 0.8118646, 0.12776545, 0.2648747, 0.85045004}},
        result = {shape = {2}, data = {1, 1}},
        state = {{shape = {2}, data = {1, 1}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 0, 0, 0, 0}},
        y_pred = {shape = {5, 1}, data = {0.92073596, 0.52172947, 0.20736155, 0.70463157, 0.13906677}},
        result = {shape = {2}, data = {3, 2}},
        state = {{shape = {2}, data = {3, 2}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 1, 0}},
        y_pred = {shape = {3, 1}, data = {0.4130315, 0.20747192, 0.26536268}},
        result = {shape = {2}, data = {4, 2}},
        state = {{shape = {2}, data = {4, 2}}}}}},
  {
    name = "FalseNegatives",
    options = {thresholds = {0.3, 0.7}},
    tag = "b1",
    log_name = "false_negatives",
    state_names = {"accumulator"},
    batches = {
      {
        y_true = {shape = {5, 1}, data = {1, 1, 1, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.80277276, 0.7478789, 0.8509995, 0.31620213, 0.8777414}},
        result = {shape = {2}, data = {0, 1}},
        state = {{shape = {2}, data = {0, 1}}}},
      {
        y_true = {shape = {5, 1}, data = {1, 1, 0, 1, 0}},
        y_pred = {shape = {5, 1}, data = {0.51198447, 0.9232142, 0.15930434, 0.18533741, 0.052941874}},
        result = {shape = {2}, data = {1, 3}},
        state = {{shape = {2}, data = {1, 3}}}},
      {
        y_true = {shape = {3, 1}, data = {0, 0, 0}},
        y_pred = {shape = {3, 1}, data = {0.4005297, 0.07701107, 0.5107962}},
        result = {shape = {2}, data = {1, 3}},
        state = {{shape = {2}, data = {1, 3}}}}}},
}
